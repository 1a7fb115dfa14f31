import type { Command } from "./command.js";
import { REGISTRY_HELP, REGISTRY_OPTIONS, REGISTRY_VALUES } from "./image/registry-options.js";
import { UsageError } from "./usage-error.js";

/** `as-proxy-wasm run`: serves the module of an image, a file or a URL. */
export const run: Command = {
  usage: "run REF|FILE|URL [--config FILE|JSON] [options]",
  about: "serves the module of an image, a file or a URL with one configuration",
  help: `Gets a module, and serves it as gateway does. A module that only Higress loads gets Higress's host calls.

  REF|FILE|URL              an image such as ghcr.io/org/auth:1.0.0, a file, or an http or https URL
  --config FILE|JSON        the plugin's configuration: JSON, or a file; the gateway reads a changed file again
  --route NAME=PREFIX=URL   an upstream, see gateway --help. Without routes, the gateway responds itself
  --port N                  the port; 10000 by default, 0 for any free port
  --engine node|envoy       the Node gateway in this process, or a real Envoy; node by default
  --host envoy|higress      the gateway whose host calls the node engine provides; by default as the module needs
  --fail reload|closed|open what requests get after a trap: a new VM, status 503, or no plugin; reload by default
  --log LEVEL               trace, debug, info, warn, error or critical; info by default
${REGISTRY_HELP}

Examples:
  npx as-proxy-wasm run ghcr.io/org/auth:1.0.0 --config '{"keys":["a"]}'
  npx as-proxy-wasm run build/plugin.wasm --config config.json`,
  options: {
    config: { type: "string" },
    route: { type: "string", multiple: true },
    port: { type: "string", default: "10000" },
    engine: { type: "string", default: "node" },
    host: { type: "string" },
    fail: { type: "string", default: "reload" },
    log: { type: "string", default: "info" },
    ...REGISTRY_OPTIONS,
  },
  values: {
    ...{ config: "file", engine: ["node", "envoy"], host: ["envoy", "higress"], fail: ["reload", "closed", "open"] },
    log: ["trace", "debug", "info", "warn", "error", "critical"],
    ...REGISTRY_VALUES,
  },
  positionals: "file",

  async run(positionals, values) {
    const [module, ...more] = positionals;
    if (module === undefined) throw new UsageError("name an image, a file or a URL");
    if (more.length > 0)
      throw new UsageError(`expected one module, got ${positionals.length}: ${positionals.join(" ")}`);
    const { runModule } = await import("./image/run-module.js");
    return runModule(module, values);
  },
};
