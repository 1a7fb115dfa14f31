import type { Command } from "../command.js";
import { UsageError } from "../usage-error.js";

/** `as-proxy-wasm manifest check`: what is wrong with the WasmPlugins of manifests. */
export const check: Command = {
  usage: "manifest check [-f FILE|DIR]... [--wasm FILE] [--plugin NAME]",
  about: "checks WasmPlugins of Higress and Istio, and their configurations",
  help: `Checks WasmPlugins as the cluster does: the schema and the rules of their CRD, and what the controllers and the gateway
reject, ignore or overwrite later. Then gives each configuration, and each rule alone, to the plugin itself. The exit
code is 1 if there is an error, and 0 if there are only warnings.

  -f, --file FILE|DIR   a manifest, a folder with manifests, or - for standard input; may be repeated; by default
                        wasmplugin.yaml and the other manifests of this folder
  --wasm FILE           the module; by default build/debug.wasm or build/plugin.wasm, in this folder or next to the manifest
  --plugin NAME         the WasmPlugin that the module is for, if the manifests have several; by default the WasmPlugin
                        with the name of the project

Examples:
  npx as-proxy-wasm manifest check
  npx as-proxy-wasm manifest check -f deploy/ --wasm build/plugin.wasm
  helm template . | npx as-proxy-wasm manifest check -f -`,
  options: {
    file: { type: "string", short: "f", multiple: true },
    wasm: { type: "string" },
    plugin: { type: "string" },
  },
  values: { file: "file", wasm: "file" },

  async run(positionals, values) {
    if (positionals.length > 0) throw new UsageError(`unexpected argument "${positionals[0]}"; name manifests with -f`);
    const { checkManifests } = await import("./check-manifests.js");
    const { file = [], wasm, plugin } = values as { file?: string[]; wasm?: string; plugin?: string };
    return checkManifests(file, {
      ...(wasm === undefined ? {} : { wasm }),
      ...(plugin === undefined ? {} : { plugin }),
    });
  },
};
