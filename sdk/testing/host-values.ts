import type { StreamInfo } from "../host/index.js";
import type { Session } from "./session.js";
import { fromLatin1 } from "./text.js";

/** The counters and gauges of a plugin, by the names that it gave. */
export function metricsOf({ vm }: Session): Record<string, number> {
  const all = vm?.metrics.values() ?? new Map<string, bigint>();
  return Object.fromEntries([...all].map(([name, value]) => [name, Number(value)]));
}

/** What plugins have kept of a request with `setProperty`, as text, by path with dots. */
export function statesOf({ filterState }: StreamInfo): Record<string, string> {
  const name = (path: string) => fromLatin1(path).replaceAll("\0", ".");
  return Object.fromEntries([...filterState].map(([path, value]) => [name(path), value.toString("utf8")]));
}
