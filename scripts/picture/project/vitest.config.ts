import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The project of the picture: its only test fails, since the configuration misspells `mockEnable`. */
export default defineConfig({
  resolve: {
    alias: { "as-proxy-wasm-sdk/testing": fileURLToPath(new URL("../../../sdk/testing/index.ts", import.meta.url)) },
  },
  test: { include: ["*.test.ts"], reporters: ["default"] },
});
