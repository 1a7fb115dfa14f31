import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["assembly", "sdk", "transform", "tests", "examples"].map((folder) => `${folder}/**/*.test.ts`),
    exclude: ["**/node_modules/**", "tests/packaging/**"],
    globalSetup: ["tests/support/setup.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
