import { encodePairs } from "../../../../sdk/host/message/pairs.js";
import type { Pair } from "../../../../sdk/host/index.js";
import { value } from "./guest.js";
import type { Layout } from "./layout.js";

/** A step of a guest's callback, as WebAssembly text. */
export type Step = (layout: Layout) => string;

/** A number (i32), a bigint (i64), bytes (their address and size), or a value that this file defines. */
export type Arg = number | bigint | string | Uint8Array | ((layout: Layout) => string);

/** Makes a host call. `Rig.statuses` has its status. */
export function call(name: string, ...args: readonly Arg[]): Step {
  return (layout) => {
    layout.imports.add(name);
    return `(drop (call $${name} ${args.map((arg) => value(layout, arg)).join(" ")}))`;
  };
}

/** Ends the callback with a return value. */
export function returns(arg: Arg): Step {
  return (layout) => `(return ${value(layout, arg)})`;
}

/** Runs steps if a value is not 0. */
export function when(condition: Arg, ...steps: readonly Step[]): Step {
  return (layout) => `(if ${value(layout, condition)} (then ${steps.map((step) => step(layout)).join("\n")}))`;
}

/** 1 if two values are the same, else 0. */
export function equal(a: Arg, b: Arg): Arg {
  return (layout) => `(i32.eq ${value(layout, a)} ${value(layout, b)})`;
}

let uses = 0;

/** Runs steps only at the nth execution, counted from 1. */
export function nth(n: number, ...steps: readonly Step[]): Step {
  const name = `nth ${++uses}`;
  return (layout) => {
    const at = layout.slot(name);
    return `(i32.store (i32.const ${at}) (i32.add (i32.load (i32.const ${at})) (i32.const 1)))
      ${when(equal(load(name), n), ...steps)(layout)}`;
  };
}

/** Stores a number in a slot. */
export function store(slot: string, arg: Arg): Step {
  return (layout) => `(i32.store (i32.const ${layout.slot(slot)}) ${value(layout, arg)})`;
}

export const trap: Step = () => "(unreachable)";

/** The address of a slot, for the number that a host call returns. */
export function slot(name: string): Arg {
  return (layout) => `(i32.const ${layout.slot(name)})`;
}

/** Two addresses, for the address and the size of the bytes that a host call returns. */
export function out(name: string): Arg {
  return (layout) => `(i32.const ${layout.slot(name)}) (i32.const ${layout.slot(name) + 4})`;
}

/** Address and size of the bytes that a host call has written to `out(name)`. */
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

/** Logs the bytes that a host call has written to `out(name)`, at info. */
export function show(name: string): Step {
  return call("proxy_log", 2, got(name));
}

/** Logs `WORD NUMBER` at info, for numbers below 100. A number of one digit has a space before it. */
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

/** Makes a host call and logs `WORD STATUS`, so that a test can read the status on a real Envoy too. */
export function logStatus(word: string, name: string, ...args: readonly Arg[]): Step {
  return (layout) => {
    layout.imports.add(name);
    return note(word, () => `(call $${name} ${args.map((one) => value(layout, one)).join(" ")})`)(layout);
  };
}

/** Sends a local reply. */
export function reply(status: number, body = "", headers: readonly Pair[] = [], details = "", grpc = -1): Step {
  return call("proxy_send_local_response", status, details, body, pairs(...headers), grpc);
}
