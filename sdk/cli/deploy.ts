import type { Command } from "./command.js";
import { UsageError } from "./usage-error.js";

/** `as-proxy-wasm deploy`: applies the manifest of the pushed image. */
export const deploy: Command = {
  usage: "deploy [-f FILE] [--context NAME] [--dry-run]",
  about: "applies the WasmPlugin with the digest of the pushed image to a cluster",
  help: `Takes the WasmPlugin of wasmplugin.yaml, or makes one as manifest does, sets its url to the image that push has pushed, with the
digest, and applies it with kubectl apply --server-side. Without kubectl, the command prints the manifest, and the exit code
is 1.

  -f, --file FILE       the manifest; wasmplugin.yaml by default, if the file exists
  --plugin NAME         the WasmPlugin, if the manifest has several; by default the WasmPlugin with the name of the project
  --wasm FILE           the module that was pushed; build/plugin.wasm by default
  --context NAME        the context of kubectl; kubectl's current context by default
  --dry-run             prints the manifest, and applies nothing
  --for GATEWAY         higress, the default, or istio, if there is no manifest
  --config FILE|JSON    the plugin's configuration, if there is no manifest

Examples:
  npx as-proxy-wasm build && npx as-proxy-wasm push ghcr.io/org/auth:1.0.0 && npx as-proxy-wasm deploy
  npx as-proxy-wasm deploy --dry-run
  npx as-proxy-wasm deploy -f deploy/wasmplugin.yaml --context staging`,
  options: {
    file: { type: "string", short: "f" },
    plugin: { type: "string" },
    wasm: { type: "string", default: "build/plugin.wasm" },
    context: { type: "string" },
    "dry-run": { type: "boolean" },
    for: { type: "string" },
    config: { type: "string" },
  },
  values: { file: "file", wasm: "file", for: ["higress", "istio"], config: "file" },

  async run(positionals, values) {
    if (positionals.length > 0)
      throw new UsageError(`unexpected argument "${positionals[0]}"; name a manifest with -f`);
    const { deployPlugin } = await import("./image/deploy-plugin.js");
    return deployPlugin(values);
  },
};
