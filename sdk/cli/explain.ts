import { createReadStream, existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { createInterface } from "node:readline";
import { Explainer } from "../backtrace/explainer.js";
import type { Command } from "./command.js";
import { UsageError } from "./usage-error.js";

/** Where a plugin's own build puts its debug module. */
const DEFAULT_WASM = "build/debug.wasm";

/** `as-proxy-wasm explain`: tells files and lines of the plugin's sources in the backtraces of an Envoy's log. */
export const explain: Command = {
  usage: "explain [LOGFILE|-] [--wasm build/debug.wasm]",
  about: "tells files and lines of the plugin's sources in the backtraces of a gateway's log",
  help: `Reads a log of Envoy, Istio or Higress from a file, or from standard input, and writes it out again with the frames
behind "Proxy-Wasm plugin in-VM backtrace:" as functions, files and lines of the plugin's sources.

  --wasm FILE   the very module that ran, with its source map beside it (FILE.map), as npx asc --target debug
                writes them; ${DEFAULT_WASM} unless given

For instance: kubectl logs deploy/gateway | npx as-proxy-wasm explain --wasm build/debug.wasm`,
  options: { wasm: { type: "string", default: DEFAULT_WASM } },

  async run(positionals, values) {
    const [file = "-", ...more] = positionals;
    if (more.length > 0) throw new UsageError(`expected one log, got ${positionals.length}: ${positionals.join(" ")}`);
    const explainer = load(String(values["wasm"]));
    const input = file === "-" ? process.stdin : createReadStream(readable(file, "log"));
    for await (const line of createInterface({ input, crlfDelay: Infinity })) print(explainer.line(line));
    print(explainer.end());
    for (const warning of explainer.warnings) console.error(`as-proxy-wasm explain: ${warning}`);
  },
};

function print(lines: readonly string[]): void {
  for (const line of lines) console.log(line);
}

function load(wasm: string): Explainer {
  const bytes = readFileSync(readable(wasm, "module"));
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

function readable(path: string, what: string): string {
  if (existsSync(path)) return path;
  const hint = what === "module" ? "; npx asc --target debug builds it" : "";
  throw new UsageError(`there is no ${what} ${path}${hint}`);
}
