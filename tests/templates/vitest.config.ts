import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** For projects of the templates inside of node_modules, where vitest by default looks for no tests. */
export default defineConfig({
  resolve: {
    alias: { "as-proxy-wasm-sdk/testing": fileURLToPath(new URL("../../sdk/testing/index.ts", import.meta.url)) },
  },
  test: { include: ["*/plugin.test.ts"], exclude: [], maxWorkers: 1, isolate: false },
});
