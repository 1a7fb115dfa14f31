import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["assembly", "sdk", "transform", "tests", "examples"].map((folder) => `${folder}/**/*.test.ts`),
    exclude: ["**/node_modules/**", "tests/packaging/**"],
    globalSetup: ["tests/support/setup.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
