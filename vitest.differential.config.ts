import { defineConfig } from "vitest/config";

/** Every call between plugin and host, on both engines side by side: minutes, and it needs a real Envoy. */
export default defineConfig({
  test: {
    include: ["tests/differential/**/*.test.ts"],
    globalSetup: ["tests/support/setup.ts"],
    hookTimeout: 600_000,
  },
});
