import type { Command } from "./command.js";

/** `as-proxy-wasm test`: builds the debug module and runs vitest. */
export const test: Command = {
  usage: "test [--watch] [--no-build] [arguments of vitest]",
  about: "builds the debug module, and runs the plugin's tests with vitest",
  help: `Builds the target "debug" of the current folder's asconfig.json, which the test kit loads, then runs the folder's own vitest. All
other arguments go to vitest. The exit code is vitest's, or 1 when the build fails.

  --watch, -w           builds and tests again after each change, until Ctrl-C
  --no-build            tests the module that is there

Examples:
  npx as-proxy-wasm test
  npx as-proxy-wasm test plugin.test.ts -t "rejects"
  npx as-proxy-wasm test --watch`,
  options: { watch: { type: "boolean", short: "w" }, "no-build": { type: "boolean" } },
  positionals: "file",
  isPassThrough: true,

  async run(args) {
    const { runTests } = await import("./test-steps.js");
    const isOwn = (arg: string) => ["--watch", "-w", "--no-build"].includes(arg);
    const isWatch = args.includes("--watch") || args.includes("-w");
    return runTests({ args: args.filter((arg) => !isOwn(arg)), isWatch, isBuild: !args.includes("--no-build") });
  },
};
