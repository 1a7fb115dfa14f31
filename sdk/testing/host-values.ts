import type { StreamInfo } from "../host/index.js";
import type { Session } from "./session.js";
import { fromLatin1 } from "./message/text.js";

const METRIC_PREFIX = "wasmcustom.";

/** The plugin's counters and gauges, by name. */
export function metricsOf({ stats }: Session): Record<string, number> {
  const own = [...stats.values()].filter(([name]) => name.startsWith(METRIC_PREFIX));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(METRIC_PREFIX.length), Number(value)]));
}

const STATE_PREFIX = "wasm.";

/** The properties of a request that plugins have set with `setProperty`, as text, by path with dots. */
export function statesOf({ filterState }: StreamInfo): Record<string, string> {
  const own = [...filterState].filter(([path]) => path.startsWith(STATE_PREFIX));
  const name = (path: string) => fromLatin1(path.slice(STATE_PREFIX.length)).replaceAll("\0", ".");
  return Object.fromEntries(own.map(([path, { value }]) => [name(path), value.toString("utf8")]));
}
