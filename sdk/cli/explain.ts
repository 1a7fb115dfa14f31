import { createReadStream, existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { createInterface } from "node:readline";
import { Explainer } from "../backtrace/explainer.js";
import type { Command } from "./command.js";
import { UsageError } from "./usage-error.js";

/** The path of the debug module that `npx as-proxy-wasm build --debug` writes. */
const DEFAULT_WASM = "build/debug.wasm";

/** `as-proxy-wasm explain`: adds the plugin's source files and lines to the backtraces in a gateway's log. */
export const explain: Command = {
  usage: "explain [LOGFILE|-] [--wasm build/debug.wasm]",
  about: "adds the plugin's source files and lines to the backtraces in a gateway's log",
  help: `Reads a log of Envoy, Istio or Higress and prints it again. Each frame behind
"Proxy-Wasm plugin in-VM backtrace:" becomes a function, file and line of the plugin's sources.

  LOGFILE       the log; standard input by default, or when it is -
  --wasm FILE   the module that wrote the log, with its source map beside it (FILE.map), as
                as-proxy-wasm build --debug writes both; ${DEFAULT_WASM} by default

Example, for Higress:
  kubectl logs -n higress-system deploy/higress-gateway | npx as-proxy-wasm explain --wasm build/debug.wasm`,
  options: { wasm: { type: "string", default: DEFAULT_WASM } },

  async run(positionals, values) {
    const [file = "-", ...more] = positionals;
    if (more.length > 0) throw new UsageError(`expected one log, got ${positionals.length}: ${positionals.join(" ")}`);
    const explainer = load(String(values["wasm"]));
    const input = file === "-" ? process.stdin : createReadStream(existing(file, "log"));
    for await (const line of createInterface({ input, crlfDelay: Infinity })) print(explainer.line(line));
    print(explainer.end());
    for (const warning of explainer.warnings) console.error(`as-proxy-wasm explain: ${warning}`);
  },
};

function print(lines: readonly string[]): void {
  for (const line of lines) console.log(line);
}

function load(wasm: string): Explainer {
  const bytes = readFileSync(existing(wasm, "module"));
  const map = `${wasm}.map`;
  try {
    return new Explainer(bytes, existsSync(map) ? readFileSync(map, "utf8") : undefined, wasm, (path) => {
      const short = relative(process.cwd(), path);
      return short.startsWith("..") ? path : short;
    });
  } catch (error) {
    throw new UsageError(`${wasm}: ${(error as Error).message}`);
  }
}

function existing(path: string, what: "log" | "module"): string {
  if (existsSync(path)) return path;
  const hint = what === "module" ? "; build it with npx as-proxy-wasm build --debug" : "";
  throw new UsageError(`the ${what} ${path} does not exist${hint}`);
}
