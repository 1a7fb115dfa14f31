import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const testing = fileURLToPath(new URL("sdk/testing/index.ts", import.meta.url));

export default defineConfig({
  // As dist/ is not there unless it was built, and may be old.
  resolve: { alias: { "as-proxy-wasm-sdk/testing": testing } },
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: "sdk",
          include: ["assembly", "sdk", "transform", "tests"].map((folder) => `${folder}/**/*.test.ts`),
          exclude: ["**/node_modules/**", "tests/packaging/**", "tests/differential/**"],
          globalSetup: ["tests/support/setup.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "examples",
          include: ["examples/*/*.test.ts"],
          globalSetup: ["tests/support/build-examples.ts"],
        },
      },
    ],
  },
});
