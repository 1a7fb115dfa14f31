import type { HostVm } from "../host-context.js";

/** What a plugin calls. Its i32 come as unsigned numbers, its i64 as bigints; nothing is returned for a type without result. */
export type HostFunction = (vm: HostVm, ...args: never[]) => number | void;

export interface HostEntry {
  /** As in `binary.ts`: "iii>i". */
  type: string;
  run: HostFunction;
}

export type HostTable = Readonly<Record<string, HostEntry>>;

/** An entry of a table. */
export function host(type: string, run: HostFunction): HostEntry {
  return { type, run };
}
