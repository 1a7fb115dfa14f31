import type { LogEntry } from "./log.js";

/** An event of a VM in Envoy's log at `wasm:trace`: a call, or the beginning or end of the VM. */
export type WasmEvent = { thread: number; /** The index of the log entry. */ entry: number } & (
  | { kind: "base" | "created" | "destroyed"; active: number }
  /** A callback, or a host call ("call"), when it has returned. `text` is the line that a host call has logged. */
  | { kind: "callback" | "call"; name: string; args: readonly string[]; result: string; depth: number; text?: string }
);

/** The result of a callback that trapped instead of returning. */
export const TRAPPED = "trapped";

interface Open {
  kind: "callback" | "call";
  name: string;
  args: readonly string[];
  text?: string;
}

/**
 * The calls between Envoy and its plugins, in the order in which they returned. Envoy does not log the VM of a call,
 * but calls of different VMs do not overlap on one thread.
 *
 * @example
 * wasmEvents(parseLog(envoy.log)); // [{ kind: "callback", name: "proxy_on_tick", args: ["1"], result: "0", depth: 0, thread }]
 */
export function wasmEvents(entries: readonly LogEntry[]): WasmEvent[] {
  const events: WasmEvent[] = [];
  const stacks = new Map<number, Open[]>();
  for (const [entry, { component, level, thread, message }] of entries.entries()) {
    if (component !== "wasm") continue;
    const stack = stacks.get(thread) ?? [];
    stacks.set(thread, stack);
    const close = (result: string) => {
      const open = stack.pop();
      if (open) events.push({ thread, entry, ...open, result, depth: stack.length });
    };
    const entered = /^\[(host->vm|vm->host)\] (?:[\w]+\.)?(\w+)\((.*)\)$/.exec(message);
    const left = /^\[(?:host<-vm|vm<-host)\] (?:[\w]+\.)?(\w+) return: (.*)$/.exec(message);
    const life = /^(Base|Thread-Local|~)\s?Wasm (?:created )?(\d+) (?:now|remaining) active$/.exec(message);
    const logged = /^wasm log[^:]*: ([^]*)$/.exec(message);
    const failed = /^Function: (\w+) failed: /.exec(message);
    if (logged) {
      const last = stack.at(-1);
      if (last) last.text = `[${level === "warning" ? "warn" : level}] ${logged[1]}`;
    } else if (entered) {
      const [, direction, name, args] = entered as unknown as [string, string, string, string];
      const kind = direction === "host->vm" ? "callback" : "call";
      stack.push({ kind, name, args: args === "" ? [] : args.split(", ") });
    } else if (left) {
      close(left[2] === "void" ? "0" : left[2]!);
    } else if (failed) {
      // The calls inside the trapped callback did not return either.
      while (stack.length > 0 && stack.at(-1)!.name !== failed[1]) stack.pop();
      close(TRAPPED);
    } else if (life) {
      const kind = life[1] === "~" ? "destroyed" : life[1] === "Base" ? "base" : "created";
      events.push({ thread, entry, kind, active: Number(life[2]) });
    }
  }
  return events;
}
