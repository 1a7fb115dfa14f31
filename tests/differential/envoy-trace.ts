import type { WasmEvent } from "../../sdk/envoy/index.js";
import type { Trace, TracedCall } from "./trace.js";

/**
 * Returns the calls in the VMs of one worker, and in the VMs in which Envoy tried configurations. For each configuration,
 * Envoy's main thread starts up to three VMs: a base VM, which is copied for the others and is started only once; a VM that
 * tries the configuration; and a VM for the main thread itself, which no request reaches.
 *
 * @param configured for each configuration that was sent, the index of the first log entry after it
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
  // Without a created VM, the base VM has failed already.
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
