import type { WasmEvent } from "../../sdk/envoy/index.js";
import type { Trace, TracedCall } from "./trace.js";

/**
 * What one worker's VMs and those that tried configurations out did. On its main thread Envoy starts, for each
 * configuration: a VM to be copied from, where there is none; one that tries the configuration out; and one to serve there,
 * which no request meets.
 *
 * @param configured for each configuration that came, the index of the first log entry behind
 */
export function traceOf(events: readonly WasmEvent[], configured: readonly number[], mainThread: number): Trace {
  const main = events.filter(({ thread }) => thread === mainThread);
  const trial = configured.flatMap((from, index) => {
    const to = configured[index + 1] ?? Infinity;
    return tried(main.filter(({ entry }) => entry >= from && entry < to));
  });
  return { trial, serving: events.filter(({ thread }) => thread !== mainThread).flatMap(calls) };
}

function tried(events: readonly WasmEvent[]): TracedCall[] {
  const created = events.findIndex(({ kind }) => kind === "created");
  // The VM to be copied from has failed already.
  const first = created >= 0 ? created : events.findIndex(({ kind }) => kind === "base");
  if (first < 0) return [];
  const rest = events.slice(first + 1);
  const end = rest.findIndex(({ kind }) => kind === "base" || kind === "created" || kind === "destroyed");
  return (end < 0 ? rest : rest.slice(0, end)).flatMap(calls);
}

function calls(event: WasmEvent): TracedCall[] {
  if (event.kind !== "callback" && event.kind !== "call") return [];
  const { kind, name, args, result, text } = event;
  return [{ kind, name, args, result, ...(text === undefined ? {} : { text }) }];
}
