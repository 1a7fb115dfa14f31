import type { StreamInfo } from "../host/index.js";
import type { Session } from "./session.js";
import { fromLatin1 } from "./message/text.js";

const OF_PLUGINS = "wasmcustom.";

/** The counters and gauges of a plugin, by the names that it gave. */
export function metricsOf({ stats }: Session): Record<string, number> {
  const own = [...stats.values()].filter(([name]) => name.startsWith(OF_PLUGINS));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(OF_PLUGINS.length), Number(value)]));
}

const KEPT = "wasm.";

/** What plugins have kept of a request with `setProperty`, as text, by path with dots. */
export function statesOf({ filterState }: StreamInfo): Record<string, string> {
  const own = [...filterState].filter(([path]) => path.startsWith(KEPT));
  const name = (path: string) => fromLatin1(path.slice(KEPT.length)).replaceAll("\0", ".");
  return Object.fromEntries(own.map(([path, { value }]) => [name(path), value.toString("utf8")]));
}
