import { describe, inject, test } from "vitest";
import type {} from "./setup.js";

/** The Envoy that the setup of the test run has found. */
export interface TestEnvoy {
  path: string;
  version: string;
}

/**
 * A `describe` for tests that need a real Envoy. Without an Envoy the tests are skipped; they fail if CI is set or
 * ENVOY_PATH is wrong.
 *
 * @example
 * describeWithEnvoy("routes", (envoy) => {
 *   test("are chosen by prefix", async () => {
 *     const running = await startEnvoy(spec, { envoy: envoy.path });
 *   });
 * });
 */
export function describeWithEnvoy(name: string, tests: (envoy: TestEnvoy) => void): void {
  const envoy = inject("envoy");
  if (!("missing" in envoy)) {
    describe(name, () => tests(envoy));
  } else if (envoy.fail) {
    test(`${name} needs Envoy`, () => {
      throw new Error(envoy.missing);
    });
  } else {
    describe.skip(name, () => tests({ path: "", version: "" }));
  }
}
