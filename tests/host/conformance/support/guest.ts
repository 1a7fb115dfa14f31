import type { AbiVersion, HostKind, Vm } from "../../../../sdk/host/index.js";
import { callbacksOf } from "../../../../sdk/host/module/callbacks.js";
import { importsOf } from "../../../../sdk/host/imports/index.js";
import { assemble } from "../../wat.js";
import { ENV, TYPES } from "../abi-table.js";
import { Layout, ONE_PAGE, WITH_JOURNAL } from "./layout.js";
import type { Arg, Step } from "./steps.js";
import { importOf, operand, operands, signature, type Value } from "./text.js";

/** The addresses where a bare guest's host calls store an address, a size, or a number. */
export const ADDRESS = 64;
export const SIZE = 68;
export const NUMBER = 72;
/** The first address after the one page of a bare guest's memory. */
export const OUTSIDE = 65536;

/** Writes 77 into `ADDRESS` and `SIZE`, so that a test sees whether a host call changes them. */
export const MARK = `(i32.store (i32.const ${ADDRESS}) (i32.const 77)) (i32.store (i32.const ${SIZE}) (i32.const 77))`;

export interface GuestOptions {
  abi?: AbiVersion;
  /** The host whose host calls the guest may import; "envoy" by default. */
  host?: HostKind;
  /** Callbacks that the guest does not export. By default it exports all callbacks of its ABI, which return Continue. */
  without?: readonly string[];
  /** More functions, globals and exports as WebAssembly text. */
  more?: string;
  /** More imports. */
  before?: string;
}

export interface BareOptions {
  /** The export that marks the ABI version, of 0.2.1 by default; "" for no marker. */
  marker?: string;
  /** The name of the allocator; "" for no allocator. */
  allocator?: string;
  /** The module from which the guest imports WASI functions. */
  wasi?: "wasi_snapshot_preview1" | "wasi_unstable";
  memory?: string;
}

/** Callbacks that return 1 by default; all others return 0. */
const RETURN_1 = /_(vm_start|configure|done)$/;

/**
 * A plugin for a test, assembled from host calls.
 *
 * @example
 * const guest = new Guest({ proxy_on_request_headers: [call("proxy_send_local_response", 403, "", "no", "", -1)] });
 * const bare = Guest.bare();
 * bare.on("proxy_on_request_headers", bare.read("proxy_get_header_map_value", 0, ...bare.text("accept")));
 */
export class Guest {
  readonly host: HostKind;
  private readonly layout: Layout;
  private readonly options: GuestOptions & BareOptions;
  private readonly parts: string[] = [];
  private readonly texts = new Map<string, readonly [number, number]>();
  private journaled: readonly [name: string, type: string][] = [];

  /** @internal */
  constructor(steps: undefined, options: BareOptions);
  /**
   * A guest that has all callbacks of its ABI and records each call of them in a journal in its memory.
   *
   * @param steps the steps of callbacks, by their names
   */
  constructor(steps: Readonly<Record<string, readonly Step[]>>, options?: GuestOptions);
  constructor(steps: Readonly<Record<string, readonly Step[]>> | undefined, options: GuestOptions & BareOptions = {}) {
    this.options = options;
    this.host = options.host ?? "envoy";
    this.layout = new Layout(steps ? WITH_JOURNAL : ONE_PAGE);
    if (steps) this.addCallbacks(steps, options.abi ?? "0.2.1");
  }

  /** A guest with only the parts that `on` and `raw` add, with one page of memory and no journal. */
  static bare(options: BareOptions = {}): Guest {
    return new Guest(undefined, options);
  }

  /** Puts bytes into the plugin's memory. Returns their address and size. A string is one byte per character. */
  text(text: string): readonly [address: number, size: number] {
    let place = this.texts.get(text);
    if (!place) this.texts.set(text, (place = [this.layout.place(Buffer.from(text, "latin1")), text.length]));
    return place;
  }

  /** A host call as an expression, whose value is the status. */
  call(name: string, ...args: readonly Value[]): string {
    this.layout.imports.add(name);
    return `(call $${name} ${operands(name, args)})`;
  }

  /** A host call whose status is dropped; the trace of the host still has it. */
  do(name: string, ...args: readonly Value[]): string {
    const call = this.call(name, ...args);
    return TYPES[name]!.endsWith(">") ? call : `(drop ${call})`;
  }

  /** A host call that returns bytes. The guest logs the bytes if the call succeeds. */
  read(name: string, ...args: readonly Value[]): string {
    const call = this.call(name, ...args, ADDRESS, SIZE);
    return `(if (i32.eqz ${call}) (then ${this.log(`(i32.load (i32.const ${ADDRESS}))`, `(i32.load (i32.const ${SIZE}))`)}))`;
  }

  /** Writes bytes to the log, at level info. */
  log(address: Value, size: Value): string {
    return this.do("proxy_log", 2, address, size);
  }

  logText(text: string): string {
    return this.log(...this.text(text));
  }

  /** Logs a number below 10. */
  digit(value: string): string {
    return `(i32.store8 (i32.const 128) (i32.add (i32.const 48) ${value})) ${this.log(128, 1)}`;
  }

  /** Adds WebAssembly text to the module. */
  raw(part: string): this {
    this.parts.push(part);
    return this;
  }

  /** Adds an exported function with its steps and its return value, by default 1 for starts, configurations and ends. */
  on(name: string, body: string | readonly (string | Step)[] = [], result?: Value, type = TYPES[name]!): this {
    const steps = typeof body === "string" ? [body] : body;
    const text = steps.map((step) => (typeof step === "string" ? step : step(this.layout))).join("\n");
    const end = type.endsWith(">") ? "" : operand(result ?? (RETURN_1.test(name) ? 1 : 0), "i");
    this.parts.push(`(func $${name} (export "${name}") ${signature(type)} ${text} ${end})`);
    return this;
  }

  /** The bytes of the module. */
  get bytes(): Uint8Array {
    const { abi = "0.2.1", before = "", more = "", marker, wasi, memory, allocator } = this.options;
    const version = marker ?? `proxy_abi_version_${abi.replaceAll(".", "_")}`;
    const imports = [...this.layout.imports].map((name) => {
      if (!TYPES[name]) throw new Error(`unknown host call ${name}`);
      return importOf(name in ENV ? "env" : (wasi ?? "wasi_snapshot_preview1"), name, TYPES[name]);
    });
    const own = this.layout.parts({
      ...(memory === undefined ? {} : { memory }),
      ...(allocator === undefined ? {} : { allocator }),
    });
    // WebAssembly text must begin with the imports.
    const isImport = (part: string) => part.startsWith("(import");
    const parts = [...own, version === "" ? "" : `(func (export "${version}"))`, ...this.parts, more];
    return assemble(
      `(module ${[...imports, before, ...parts.filter(isImport), ...parts.filter((part) => !isImport(part))].join("\n")})`,
    );
  }

  /** The callbacks that the host has called in a VM so far, with their arguments, such as "request_headers 2 4 1". */
  journal(vm: Vm): string[] {
    const numbers = this.layout.journal(vm);
    const lines: string[] = [];
    for (let at = 0; at < numbers.length;) {
      const [name, type] = this.journaled[numbers[at]!]!;
      const count = type.indexOf(">");
      lines.push([name.replace("proxy_on_", ""), ...numbers.slice(at + 1, at + 1 + count)].join(" "));
      at += 1 + count;
    }
    return lines;
  }

  /** The number in a slot. */
  number(vm: Vm, slot: string): number {
    return vm.memory.u32(this.layout.slot(slot))!;
  }

  /** The bytes that a host call has written to `out(name)`. */
  bytesOf(vm: Vm, name: string): Buffer {
    const at = this.layout.slot(name);
    return vm.memory.bytes(vm.memory.u32(at)!, vm.memory.u32(at + 4)!)!;
  }

  private addCallbacks(steps: Readonly<Record<string, readonly Step[]>>, abi: AbiVersion): void {
    const all = Object.entries(callbacksOf(this.host, abi));
    const own = Object.keys(steps).filter((name) => !all.some(([one]) => one === name));
    if (own.length > 0) throw new Error(`no callbacks of ABI ${abi}: ${own.join(", ")}`);
    this.journaled = all.filter(([name]) => !this.options.without?.includes(name));
    for (const [index, [name, type]] of this.journaled.entries()) {
      const values = Array.from({ length: type.indexOf(">") }, (_, i) => `(local.get ${i})`);
      const notes = [`(i32.const ${index})`, ...values].map((one) => `(call $note ${one})`);
      this.on(name, [...notes, ...(steps[name] ?? [])], undefined, type);
    }
    const known = importsOf(this.host, abi);
    const unknown = [...this.layout.imports].filter((name) => !known.has(`env.${name}`));
    if (unknown.length > 0) throw new Error(`ABI ${abi} has no ${unknown.join(", ")}`);
  }
}

/** An argument as WebAssembly text. Bytes become their address and size. */
export function value(layout: Layout, arg: Arg): string {
  if (typeof arg === "function") return arg(layout);
  if (typeof arg === "number") return `(i32.const ${arg | 0})`;
  if (typeof arg === "bigint") return `(i64.const ${arg})`;
  return layout.data(typeof arg === "string" ? Buffer.from(arg, "latin1") : arg);
}
