import type { Command } from "./command.js";
import { UsageError } from "./usage-error.js";

/** `as-proxy-wasm build`: compiles a plugin. */
export const build: Command = {
  usage: "build [FOLDER] [--debug] [--watch]",
  about: "compiles the plugin, and checks that gateways can load it",
  help: `Compiles the plugin of a folder with the folder's own assemblyscript and asconfig.json. The module goes to the file that
asconfig.json names: build/plugin.wasm, small and without names, for gateways. The build fails when the module has no hook, or
imports what no gateway provides, and says when only Higress can load the module. After an error the previous files stay.

  FOLDER                the folder of the plugin; the current folder by default
  --debug               builds the target "debug", build/debug.wasm with a source map: for tests, dev and backtraces
  --target NAME         builds another target of asconfig.json
  --watch, -w           builds again after each change of a source, until Ctrl-C

Examples:
  npx as-proxy-wasm build
  npx as-proxy-wasm build --debug --watch`,
  options: {
    debug: { type: "boolean" },
    target: { type: "string" },
    watch: { type: "boolean", short: "w" },
  },
  values: { target: ["release", "debug"] },
  positionals: "folder",

  async run(positionals, values) {
    const [folder = ".", ...more] = positionals;
    if (more.length > 0)
      throw new UsageError(`expected one folder, got ${positionals.length}: ${positionals.join(" ")}`);
    const target = values["target"] as string | undefined;
    if (target !== undefined && values["debug"]) throw new UsageError("expected --debug or --target, got both");
    const { buildOnce, buildOnChange } = await import("./build-steps.js");
    const options = { debug: values["debug"] === true, ...(target === undefined ? {} : { target }) };
    return values["watch"] === true ? buildOnChange(folder, options) : buildOnce(folder, options);
  },
};
