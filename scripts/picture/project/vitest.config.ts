import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The project of the picture: the tests of the README. The second test fails, because it misspells `mockEnable`. */
export default defineConfig({
  resolve: {
    alias: { "as-proxy-wasm-sdk/testing": fileURLToPath(new URL("../../../sdk/testing/index.ts", import.meta.url)) },
  },
  test: { include: ["*.test.ts"], reporters: ["default"] },
});
