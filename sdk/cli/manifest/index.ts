import type { Command } from "../command.js";
import { UsageError } from "../usage-error.js";

/** `as-proxy-wasm manifest`: writes the manifest of a plugin; its subcommands check and convert manifests. */
export const manifest: Command = {
  usage: "manifest [--for higress|istio|envoy|console] [-o FILE]",
  about: "writes, checks and converts manifests of plugins",
  help: `Writes a manifest with name and version of package.json: a WasmPlugin for the plugin's image, or an envoy.yaml that runs
build/plugin.wasm with envoy -c envoy.yaml. For console: the spec.yaml from which Higress's console draws a form. It needs a
configuration class (@config), and builds the plugin.

  --for GATEWAY         higress, the default, istio, envoy or console
  -o, --output FILE     the file to write; by default the manifest is printed
  --force               replaces the file if it exists
  --config FILE|JSON    the plugin's configuration, as JSON or as a file with JSON or YAML; {} by default
  --image ADDRESS       the image; not for envoy. By default the image that push has pushed, or
                        oci://registry.example.com/NAME:VERSION. An image that push has pushed gets its digest
  --namespace NAME      higress-system or istio-system by default; not for envoy and console
  --phase PHASE         AUTHN, AUTHZ, STATS or UNSPECIFIED_PHASE, the default; not for envoy
  --priority NUMBER     100 by default; not for envoy

Examples:
  npx as-proxy-wasm manifest -o wasmplugin.yaml
  npx as-proxy-wasm manifest --for istio --image ghcr.io/me/auth:1.0.0 --phase AUTHN --config config.yaml
  npx as-proxy-wasm manifest --for envoy -o envoy.yaml
  npx as-proxy-wasm manifest --for console --phase AUTHN -o spec.yaml`,
  options: {
    for: { type: "string" },
    output: { type: "string", short: "o" },
    force: { type: "boolean" },
    config: { type: "string" },
    image: { type: "string" },
    namespace: { type: "string" },
    phase: { type: "string" },
    priority: { type: "string" },
  },
  values: {
    for: ["higress", "istio", "envoy", "console"],
    output: "file",
    config: "file",
    phase: ["AUTHN", "AUTHZ", "STATS", "UNSPECIFIED_PHASE"],
  },
  subcommands: {
    check: async () => (await import("./check.js")).check,
    convert: async () => (await import("./convert.js")).convert,
  },

  async run(positionals, values) {
    if (positionals.length > 0) throw new UsageError(`unexpected argument "${positionals[0]}"`);
    const { writeManifest } = await import("./write.js");
    await writeManifest(values);
  },
};
