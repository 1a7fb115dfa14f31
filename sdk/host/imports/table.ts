import type { HostVm } from "../host-context.js";

/** The function behind a host call. It gets i32 as unsigned numbers and i64 as bigints, and returns nothing if its type has no result. */
export type HostFunction = (vm: HostVm, ...args: never[]) => number | void;

export interface HostEntry {
  /** The WebAssembly type, as in `wasm-file/binary.ts`: "iii>i". */
  type: string;
  run: HostFunction;
}

export type HostTable = Readonly<Record<string, HostEntry>>;

/** Makes an entry of a table. */
export function host(type: string, run: HostFunction): HostEntry {
  return { type, run };
}
