/** A call across the border of a VM that has returned: of the host into the plugin, or of the plugin to the host. */
export interface TracedCall {
  kind: "callback" | "call";
  name: string;
  args: readonly string[];
  result: string;
  /** The line that it has written into the log. */
  text?: string;
}

/** What crossed the borders of a scenario's VMs, in the order in which it returned. */
export interface Trace {
  /** In the VMs that only tried a configuration out. */
  trial: TracedCall[];
  /** In those that served. */
  serving: TracedCall[];
  /** The host's process has ended by itself. */
  hasEnded?: boolean;
}

/** A callback, and what the plugin called in it. */
export interface Callback {
  call: TracedCall;
  /** With the allocations for a call's results before it. */
  inner: TracedCall[];
}

const ALLOCATORS = new Set(["malloc", "proxy_on_memory_allocate"]);

export function isAllocation({ kind, name }: TracedCall): boolean {
  return kind === "callback" && ALLOCATORS.has(name);
}

/** Calls by callbacks. */
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
 * Whether every stream that began has ended, and every call been answered; where a VM has failed, or a plugin knows no
 * streams, there is no telling.
 */
export function isQuiet(calls: readonly TracedCall[]): boolean {
  const open = new Map<string, number>();
  let pending = 0;
  for (const { kind, name, args, result } of calls) {
    if (name === "proxy_http_call" && result === "0") pending++;
    if (kind !== "callback") continue;
    if (name === "proxy_on_http_call_response") pending--;
    if (result === "trapped") return true;
    const id = args[0] ?? "";
    if (name === "proxy_on_context_create" && args[1] !== "0") open.set(id, (open.get(id) ?? 0) + 1);
    if (name === "proxy_on_delete") open.set(id, (open.get(id) ?? 0) - 1);
  }
  return pending <= 0 && [...open.values()].every((count) => count <= 0);
}
