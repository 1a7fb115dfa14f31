import { encodePairs } from "../../../../sdk/host/message/pairs.js";
import type { Pair } from "../../../../sdk/host/index.js";
import { value } from "./guest.js";
import type { Layout } from "./layout.js";

/** Part of what a callback of a guest does, as WebAssembly text. */
export type Step = (layout: Layout) => string;

/** A number (i32), a bigint (i64), bytes (their address and size), or something of this file. */
export type Arg = number | bigint | string | Uint8Array | ((layout: Layout) => string);

/** Calls the host; the status is in `Rig.statuses`. */
export function call(name: string, ...args: readonly Arg[]): Step {
  return (layout) => {
    layout.imports.add(name);
    return `(drop (call $${name} ${args.map((arg) => value(layout, arg)).join(" ")}))`;
  };
}

/** Ends the callback with this. */
export function returns(arg: Arg): Step {
  return (layout) => `(return ${value(layout, arg)})`;
}

/** Runs steps if a value is not 0. */
export function when(condition: Arg, ...steps: readonly Step[]): Step {
  return (layout) => `(if ${value(layout, condition)} (then ${steps.map((step) => step(layout)).join("\n")}))`;
}

/** Whether two values are the same. */
export function equal(a: Arg, b: Arg): Arg {
  return (layout) => `(i32.eq ${value(layout, a)} ${value(layout, b)})`;
}

let uses = 0;

/** Runs steps the nth time only, from 1. */
export function nth(n: number, ...steps: readonly Step[]): Step {
  const name = `nth ${++uses}`;
  return (layout) => {
    const at = layout.slot(name);
    return `(i32.store (i32.const ${at}) (i32.add (i32.load (i32.const ${at})) (i32.const 1)))
      ${when(equal(load(name), n), ...steps)(layout)}`;
  };
}

/** Keeps a number. */
export function store(slot: string, arg: Arg): Step {
  return (layout) => `(i32.store (i32.const ${layout.slot(slot)}) ${value(layout, arg)})`;
}

export const trap: Step = () => "(unreachable)";

/** The address of a slot: where a host call shall put a number. */
export function slot(name: string): Arg {
  return (layout) => `(i32.const ${layout.slot(name)})`;
}

/** The addresses where a host call shall put address and size of bytes. */
export function out(name: string): Arg {
  return (layout) => `(i32.const ${layout.slot(name)}) (i32.const ${layout.slot(name) + 4})`;
}

/** What a host call has put into `out(name)`, as address and size. */
export function got(name: string): Arg {
  return (layout) => `(i32.load (i32.const ${layout.slot(name)})) (i32.load (i32.const ${layout.slot(name) + 4}))`;
}

/** The number in a slot. */
export function load(name: string): Arg {
  return (layout) => `(i32.load (i32.const ${layout.slot(name)}))`;
}

/** An argument of the callback. */
export function arg(index: number): Arg {
  return () => `(local.get ${index})`;
}

/** Header pairs as bytes. */
export function pairs(...list: readonly Pair[]): Buffer {
  return encodePairs(list);
}

/** Logs what a host call has put into `out(name)`, at info. */
export function show(name: string): Step {
  return call("proxy_log", 2, got(name));
}

/** Logs `WORD NUMBER` at info, for numbers below 100; where there is one digit, a blank is before it. */
export function note(word: string, number: Arg): Step {
  return (layout) => {
    const text = Buffer.from(`${word}  0`, "latin1");
    const end = layout.place(text) + text.length;
    const all = layout.slot("noted");
    const noted = `(i32.load (i32.const ${all}))`;
    const digit = (at: number, code: string) => `(i32.store8 (i32.const ${at}) ${code})`;
    const tens = `(i32.div_u ${noted} (i32.const 10))`;
    return `(i32.store (i32.const ${all}) ${value(layout, number)})
      ${digit(end - 1, `(i32.add (i32.const 48) (i32.rem_u ${noted} (i32.const 10)))`)}
      ${digit(end - 2, `(select (i32.add (i32.const 48) ${tens}) (i32.const 32) ${tens})`)}
      ${call("proxy_log", 2, () => `(i32.const ${end - text.length}) (i32.const ${text.length})`)(layout)}`;
  };
}

/** Calls the host and logs `WORD STATUS`: so a status is told by a real Envoy too. */
export function tell(word: string, name: string, ...args: readonly Arg[]): Step {
  return (layout) => {
    layout.imports.add(name);
    return note(word, () => `(call $${name} ${args.map((one) => value(layout, one)).join(" ")})`)(layout);
  };
}

/** Answers in the place of the upstream. */
export function reply(status: number, body = "", headers: readonly Pair[] = [], details = "", grpc = -1): Step {
  return call("proxy_send_local_response", status, details, body, pairs(...headers), grpc);
}
