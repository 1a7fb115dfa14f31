import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The configuration for the failing tests in this folder. `failures.test.ts` runs the tests and checks the output. */
export default defineConfig({
  resolve: { alias: { "as-proxy-wasm-sdk/testing": at("../../../sdk/testing/index.ts") } },
  test: { include: ["*.fixture.ts"], reporters: ["default"] },
});
