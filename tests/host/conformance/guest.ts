import { wat } from "../wat.js";
import { ALWAYS, CALLBACKS, HIGRESS, ONLY_010, PREPARERS, SINCE_020, SINCE_021, WASI } from "./abi-table.js";

const ENV = { ...ALWAYS, ...ONLY_010, ...SINCE_020, ...SINCE_021, ...HIGRESS };
const TYPES: Readonly<Record<string, string>> = { ...ENV, ...WASI, ...CALLBACKS, ...PREPARERS };

/** Where a host call shall store an address and a size, or a number; two slots, so that calls do not disturb each other. */
export const ADDRESS = 64;
export const SIZE = 68;
export const NUMBER = 72;
/** Just behind the one page of memory. */
export const OUTSIDE = 65536;

/** Puts 77 into both slots, to see whether a host call changes them. */
export const MARK = `(i32.store (i32.const ${ADDRESS}) (i32.const 77)) (i32.store (i32.const ${SIZE}) (i32.const 77))`;

/** A number, or an expression in WebAssembly's text. */
export type Value = number | bigint | string;

export interface GuestOptions {
  marker?: string;
  allocator?: string;
  /** Which of the modules with WASI's functions is imported. */
  wasi?: "wasi_snapshot_preview1" | "wasi_unstable";
  memory?: string;
}

/**
 * A plugin for a test, put together from host calls.
 *
 * @example
 * const guest = new Guest();
 * guest.on("proxy_on_request_headers", guest.read("proxy_get_header_map_value", 0, ...guest.text("accept")));
 * new Bench(guest.wasm(), "").open([["accept", "x"]]); // logs "0 x": the status and the value
 */
export class Guest {
  private readonly imports = new Set<string>();
  private readonly parts: string[] = [];
  private readonly texts = new Map<string, readonly [number, number]>();
  private free = 256;

  constructor(private readonly options: GuestOptions = {}) {}

  /** Address and size of bytes in the plugin's memory. A string is one byte per character. */
  text(text: string): readonly [address: number, size: number] {
    let place = this.texts.get(text);
    if (!place) {
      place = [this.free, text.length];
      this.free += text.length;
      this.texts.set(text, place);
      const bytes = [...Buffer.from(text, "latin1")].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
      this.parts.push(`(data (i32.const ${place[0]}) "${bytes}")`);
    }
    return place;
  }

  /** A host call as an expression, whose value is the status. */
  call(name: string, ...args: readonly Value[]): string {
    this.imports.add(name);
    return `(call $${name} ${operands(name, args)})`;
  }

  /** A host call whose status only the trace shows. */
  do(name: string, ...args: readonly Value[]): string {
    const call = this.call(name, ...args);
    return TYPES[name]!.endsWith(">") ? call : `(drop ${call})`;
  }

  /** A host call that hands bytes over. They are logged when it went well. */
  read(name: string, ...args: readonly Value[]): string {
    const call = this.call(name, ...args, ADDRESS, SIZE);
    return `(if (i32.eqz ${call}) (then ${this.log(`(i32.load (i32.const ${ADDRESS}))`, `(i32.load (i32.const ${SIZE}))`)}))`;
  }

  /** Writes bytes to the log, at level info. */
  log(address: Value, size: Value): string {
    return this.do("proxy_log", 2, address, size);
  }

  say(text: string): string {
    return this.log(...this.text(text));
  }

  /** Logs a number below 10. */
  digit(value: string): string {
    return `(i32.store8 (i32.const 128) (i32.add (i32.const 48) ${value})) ${this.log(128, 1)}`;
  }

  /** Anything else that belongs into the module. */
  raw(part: string): this {
    this.parts.push(part);
    return this;
  }

  /** A function that the module exports: statements, and its result where it has one, 1 for those that begin or end. */
  on(name: string, statements: string | readonly string[] = [], result?: Value, type = TYPES[name]!): this {
    const body = typeof statements === "string" ? statements : statements.join("\n");
    const parameters = [...type.split(">")[0]!].map((one) => (one === "I" ? "i64" : "i32"));
    const returns = !type.endsWith(">");
    const usual = /_(vm_start|configure|done)$/.test(name) ? 1 : 0;
    this.parts.push(
      `(func (export "${name}") (param ${parameters.join(" ")}) ${returns ? "(result i32)" : ""}
        ${body} ${returns ? operand(result ?? usual, "i") : ""})`,
    );
    return this;
  }

  wasm(): Uint8Array {
    const imports = [...this.imports].map((name) => {
      const module = name in ENV ? "env" : (this.options.wasi ?? "wasi_snapshot_preview1");
      return importOf(module, name, TYPES[name]!);
    });
    const { memory, ...options } = this.options;
    // What is imported comes before what is not.
    const first = memory?.startsWith("(import") ? { own: memory, options: { ...options, memory: "" } } : undefined;
    const isImport = (part: string) => part.startsWith("(import");
    const own = [...this.parts.filter(isImport), ...this.parts.filter((part) => !isImport(part))];
    return wat([...imports, first?.own ?? "", ...own].join("\n"), first?.options ?? this.options);
  }
}

/** An import of a function, called by its name. */
export function importOf(module: string, name: string, type: string): string {
  const [parameters, results] = type.split(">").map((part) => [...part].map((one) => (one === "I" ? "i64" : "i32")));
  const result = results!.length > 0 ? `(result ${results!.join(" ")})` : "";
  return `(import "${module}" "${name}" (func $${name} (param ${parameters!.join(" ")}) ${result}))`;
}

function operands(name: string, args: readonly Value[]): string {
  const type = TYPES[name]?.split(">")[0];
  if (type?.length !== args.length) throw new Error(`${name} takes ${type?.length} arguments, not ${args.length}`);
  return args.map((arg, index) => operand(arg, type[index]!)).join(" ");
}

function operand(value: Value, type: string): string {
  if (typeof value === "string") return value;
  return type === "I" ? `(i64.const ${value})` : `(i32.const ${Number(value) | 0})`;
}

/** The bytes of header pairs as a plugin hands them over, as latin1. */
export function pairs(list: readonly (readonly [string, string])[]): string {
  const number = (value: number) => Buffer.from(Uint32Array.of(value).buffer).toString("latin1");
  const sizes = list.flat().map((text) => number(text.length));
  return [number(list.length), ...sizes, ...list.flat().map((text) => `${text}\0`)].join("");
}
