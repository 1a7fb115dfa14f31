import { TYPES } from "../abi-table.js";

/** A number, or an expression in WebAssembly text. */
export type Value = number | bigint | string;

/** The parameters and results of a type such as "iI>i", as WebAssembly text. */
export function signature(type: string): string {
  const [parameters, results] = type.split(">").map((part) => [...part].map((one) => (one === "I" ? "i64" : "i32")));
  return `(param ${parameters!.join(" ")}) ${results!.length > 0 ? `(result ${results!.join(" ")})` : ""}`;
}

/** An import of a function under its own name. */
export function importOf(module: string, name: string, type: string): string {
  return `(import "${module}" "${name}" (func $${name} ${signature(type)}))`;
}

/** The arguments of a host call as WebAssembly text. */
export function operands(name: string, args: readonly Value[]): string {
  const type = TYPES[name]?.split(">")[0];
  if (type?.length !== args.length) throw new Error(`${name} takes ${type?.length} arguments, not ${args.length}`);
  return args.map((arg, index) => operand(arg, type[index]!)).join(" ");
}

/** A value as WebAssembly text; the type is i for i32 or I for i64. */
export function operand(value: Value, type: string): string {
  if (typeof value === "string") return value;
  return type === "I" ? `(i64.const ${value})` : `(i32.const ${Number(value) | 0})`;
}

/** Header pairs as a plugin encodes them, as latin1. */
export function pairs(list: readonly (readonly [string, string])[]): string {
  const number = (value: number) => Buffer.from(Uint32Array.of(value).buffer).toString("latin1");
  const sizes = list.flat().map((text) => number(text.length));
  return [number(list.length), ...sizes, ...list.flat().map((text) => `${text}\0`)].join("");
}
