import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Tests that fail, for tests of what is then shown: `failures.test.ts` runs them. */
export default defineConfig({
  resolve: { alias: { "as-proxy-wasm-sdk/testing": at("../../../sdk/testing/index.ts") } },
  test: { include: ["*.fixture.ts"], reporters: ["default"] },
});
