import { defineConfig } from "vitest/config";

/** Tests that install the package in projects outside this repository: slow, and they need npm's registry. */
export default defineConfig({
  test: {
    include: ["tests/packaging/**/*.test.ts"],
    // Each packs the package, which builds it anew in the same place.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
