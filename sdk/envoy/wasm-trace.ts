import type { LogEntry } from "./log.js";

/** Something that crossed the border of a VM, or became of one: what Envoy writes at `wasm:trace`. */
export type WasmEvent = { thread: number; /** The index of the entry that told it. */ entry: number } & (
  | { kind: "base" | "created" | "destroyed"; active: number }
  /** The host called the plugin ("callback"), or the plugin the host ("call"); told when it has returned, with
   * the line that a call has written into the log. */
  | { kind: "callback" | "call"; name: string; args: readonly string[]; result: string; depth: number; text?: string }
);

/** In the place of a result: the callback did not return. */
export const TRAPPED = "trapped";

interface Open {
  kind: "callback" | "call";
  name: string;
  args: readonly string[];
  text?: string;
}

/**
 * The calls between Envoy and its plugins, in the order in which they returned. Envoy does not say which VM a call
 * belongs to; on one thread they do not overlap.
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
      // What was under way within it did not return either.
      while (stack.length > 0 && stack.at(-1)!.name !== failed[1]) stack.pop();
      close(TRAPPED);
    } else if (life) {
      const kind = life[1] === "~" ? "destroyed" : life[1] === "Base" ? "base" : "created";
      events.push({ thread, entry, kind, active: Number(life[2]) });
    }
  }
  return events;
}
