import type { TestProject } from "vitest/node";
import { describeEnvoy, findEnvoy } from "../../sdk/envoy/index.js";

declare module "vitest" {
  export interface ProvidedContext {
    /** The Envoy that the whole run uses, or why it is missing and whether tests that need it fail. */
    envoy: { path: string; version: string } | { missing: string; fail: boolean };
  }
}

/**
 * Looks for an Envoy once per run. Prints which Envoy the run uses, or that tests which need Envoy are skipped or fail.
 */
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
