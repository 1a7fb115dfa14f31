import type { Command } from "./command.js";
import type { CommandLine } from "./command-line.js";
import { OPTIONS, readOptions, WORDS } from "./gateway-options.js";

/** `as-proxy-wasm gateway`: serves one module with one configuration. */
export const gateway: Command = {
  usage: "gateway --wasm FILE [options]",
  about: "serves one plugin with one configuration in front of upstreams",
  help: `Serves HTTP/1.1, HTTP/2 without TLS and websockets on 127.0.0.1, with one plugin in front of upstreams.

  --wasm FILE               the plugin
  --config FILE|JSON        the plugin's configuration: JSON, or a file; the gateway reads a changed file again
  --route NAME=PREFIX=URL   sends paths that begin with PREFIX to http://HOST:PORT, or to h2c://HOST:PORT by HTTP/2, which
                            gRPC servers need. NAME is the name of the route and of a cluster that the plugin can call.
                            The first matching route wins. Without routes, the gateway responds with status 200 to
                            requests that the plugin lets pass
  --port N                  the port; 10000 by default, 0 for any free port
  --engine node|envoy       the Node gateway in this process, or a real Envoy; node by default
  --host envoy|higress      the gateway whose host calls the node engine provides; envoy by default. Plugins built for
                            Higress only need higress
  --fail reload|closed|open what requests get after a trap: a new VM, status 503, or no plugin; reload by default
  --log LEVEL               trace, debug, info, warn, error or critical; info by default

Examples:
  npx as-proxy-wasm gateway --wasm build/debug.wasm --config '{"content":"hello"}'
  npx as-proxy-wasm gateway --wasm build/debug.wasm --route default/foo=/foo=http://127.0.0.1:8080 --engine envoy`,
  options: OPTIONS,
  values: { ...WORDS, wasm: "file", config: "file" },

  async run(positionals, values) {
    const options = readOptions({ positionals, values } as CommandLine<typeof OPTIONS>);
    const { serve } = await import("./gateway-run.js");
    return serve(options);
  },
};
