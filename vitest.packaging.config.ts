import { defineConfig } from "vitest/config";

/** Tests that install the package in projects outside this repository: slow, and they need npm's registry. */
export default defineConfig({
  test: {
    include: ["tests/packaging/**/*.test.ts"],
    globalSetup: ["tests/packaging/setup.ts"],
    // Most of the time npm waits for the network.
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
