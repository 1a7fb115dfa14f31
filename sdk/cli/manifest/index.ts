import type { Command } from "../command.js";
import { UsageError } from "../usage-error.js";

/** `as-proxy-wasm manifest`: manifests of plugins. */
export const manifest: Command = {
  usage: "manifest convert",
  about: "converts WasmPlugins between Higress and Istio",
  help: `Works on Kubernetes manifests of plugins.

Example:
  npx as-proxy-wasm manifest convert -f wasmplugin.yaml --to istio`,
  options: {},
  subcommands: { convert: async () => (await import("./convert.js")).convert },

  run() {
    throw new UsageError("expected a command: convert");
  },
};
