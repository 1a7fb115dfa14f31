import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const testing = fileURLToPath(new URL("sdk/testing/index.ts", import.meta.url));

/** Starts the longest test files first. They spend most of their time waiting for an Envoy. */
class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) =>
      /tests\/(scenarios|differential)\/[^/]*\.test\.ts$/.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  // Tests import the sources of the kit, because dist/ may be missing or old.
  resolve: { alias: { "as-proxy-wasm-sdk/testing": testing } },
  test: {
    // More than the two cores of the CI machine: tests often wait for a timer or for Envoy.
    maxWorkers: 3,
    // No file leaves anything behind; each would take a second or two to load the same modules again.
    isolate: false,
    sequence: { sequencer: Sequencer },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: "sdk",
          include: ["assembly", "bench", "sdk", "transform", "tests"].map((folder) => `${folder}/**/*.test.ts`),
          exclude: ["**/node_modules/**", "tests/packaging/**"],
          globalSetup: ["tests/support/setup.ts", "tests/support/share-compilers.ts"],
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
