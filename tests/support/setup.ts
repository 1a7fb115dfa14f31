import type { TestProject } from "vitest/node";
import { describeEnvoy, findEnvoy } from "../../sdk/envoy/index.js";

declare module "vitest" {
  export interface ProvidedContext {
    /** The Envoy that the whole run uses, or why there is none. */
    envoy: { path: string; version: string } | { missing: string; fail: boolean };
  }
}

/** Looks for an Envoy once per run and says in one line which one it is, or that the tests with Envoy are left out. */
export default async function setup(project: TestProject): Promise<void> {
  let fail = Boolean(process.env["CI"]);
  const envoy = await findEnvoy().catch((error: Error) => {
    fail = true;
    return { found: false as const, reason: error.message };
  });
  if (envoy.found) {
    console.log(describeEnvoy(envoy));
    project.provide("envoy", { path: envoy.path, version: envoy.version });
    return;
  }
  console.log(`${fail ? "Failing" : "Skipping"} all tests that need Envoy: ${envoy.reason}`);
  project.provide("envoy", { missing: envoy.reason, fail });
}
