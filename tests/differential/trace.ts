/** A callback or a host call that has returned. */
export interface TracedCall {
  kind: "callback" | "call";
  name: string;
  args: readonly string[];
  result: string;
  /** The line that the call has logged. */
  text?: string;
}

/** The callbacks and host calls of a scenario's VMs, in the order in which they returned. */
export interface Trace {
  /** Calls in VMs that only tried a configuration. */
  trial: TracedCall[];
  /** Calls in VMs that served requests. */
  serving: TracedCall[];
  /** The host's process has ended without being stopped. */
  hasEnded?: boolean;
}

/** A callback with the host calls that the plugin made in it. */
export interface Callback {
  call: TracedCall;
  /** Includes allocations: an allocation for the result of a host call comes before that call. */
  inner: TracedCall[];
}

const ALLOCATORS = new Set(["malloc", "proxy_on_memory_allocate"]);

export function isAllocation({ kind, name }: TracedCall): boolean {
  return kind === "callback" && ALLOCATORS.has(name);
}

/** Groups calls by callback. */
export function callbacks(calls: readonly TracedCall[]): Callback[] {
  const all: Callback[] = [];
  let inner: TracedCall[] = [];
  for (const call of calls) {
    if (call.kind === "call" || isAllocation(call)) {
      inner.push(call);
    } else {
      all.push({ call, inner });
      inner = [];
    }
  }
  return all;
}

/**
 * Whether every stream that began has ended, every HTTP call has a result, and every timer has been turned off. Always true
 * if a VM has failed or the plugin has neither stream callbacks, nor calls, nor timers.
 */
export function isQuiet(calls: readonly TracedCall[]): boolean {
  const open = new Map<string, number>();
  let pending = 0;
  let timers = 0;
  for (const { kind, name, args, result } of calls) {
    if (name === "proxy_http_call" && result === "0") pending++;
    if (name === "proxy_set_tick_period_milliseconds") timers += args[0] === "0" ? -1 : 1;
    if (kind !== "callback") continue;
    if (name === "proxy_on_http_call_response") pending--;
    if (result === "trapped") return true;
    const id = args[0] ?? "";
    if (name === "proxy_on_context_create" && args[1] !== "0") open.set(id, (open.get(id) ?? 0) + 1);
    if (name === "proxy_on_delete") open.set(id, (open.get(id) ?? 0) - 1);
  }
  return pending <= 0 && timers <= 0 && [...open.values()].every((count) => count <= 0);
}
