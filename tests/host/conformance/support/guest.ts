import binaryen from "assemblyscript/binaryen";
import type { AbiVersion, HostKind, Vm } from "../../../../sdk/host/index.js";
import { callbacksOf } from "../../../../sdk/host/callbacks.js";
import { importsOf } from "../../../../sdk/host/imports/index.js";
import { Layout } from "./layout.js";
import type { Arg, Step } from "./steps.js";

export interface GuestOptions {
  abi?: AbiVersion;
  /** Whose host calls it may import; "envoy" by default. */
  host?: HostKind;
  /** Callbacks that it shall not have. By default it has all of its ABI, and they do nothing and continue. */
  without?: readonly string[];
  /** More functions, globals and exports as WebAssembly text. */
  more?: string;
  /** More imports. */
  before?: string;
}

/** What callbacks answer unless a step says something else. */
const YES = new Set(["proxy_on_vm_start", "proxy_on_configure", "proxy_on_done"]);

/**
 * A plugin made of steps, as WebAssembly: what each callback does is a list of host calls, and it keeps a journal in its
 * memory of each callback that it gets.
 *
 * @example
 * const guest = new Guest({ proxy_on_request_headers: [call("proxy_send_local_response", 403, "", "no", "", -1)] });
 */
export class Guest {
  readonly bytes: Uint8Array;
  readonly host: HostKind;
  private readonly layout = new Layout();
  private readonly callbacks: readonly [name: string, type: string][];

  constructor(
    private readonly steps: Readonly<Record<string, readonly Step[]>>,
    options: GuestOptions = {},
  ) {
    const { abi = "0.2.1", host = "envoy", without = [], more = "", before = "" } = options;
    this.host = host;
    const known = importsOf(host, abi);
    const all = Object.entries(callbacksOf(abi));
    const own = Object.keys(steps).filter((name) => !all.some(([one]) => one === name));
    if (own.length > 0) throw new Error(`no callbacks of ABI ${abi}: ${own.join(", ")}`);
    this.callbacks = all.filter(([name]) => !without.includes(name));
    const functions = this.callbacks.map(([name, type], index) => this.callback(name, type, index)).join("\n");
    const imports = [...this.layout.imports].map((name) => {
      const entry = known.get(`env.${name}`);
      if (!entry) throw new Error(`ABI ${abi} has no ${name}`);
      return `(import "env" "${name}" (func $${name} ${signature(entry.type)}))`;
    });
    this.bytes = assemble(`(module ${imports.join("\n")} ${before} ${this.layout.text()}
      (func (export "proxy_abi_version_${abi.replaceAll(".", "_")}"))
      ${functions} ${more})`);
  }

  /** The callbacks that a VM has had so far, such as "request_headers 2 4 1". */
  journal(vm: Vm): string[] {
    const numbers = this.layout.journal(vm);
    const lines: string[] = [];
    for (let at = 0; at < numbers.length;) {
      const [name, type] = this.callbacks[numbers[at]!]!;
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

  /** The bytes that a host call gave into `out(name)`. */
  bytesOf(vm: Vm, name: string): Buffer {
    const at = this.layout.slot(name);
    return vm.memory.bytes(vm.memory.u32(at)!, vm.memory.u32(at + 4)!)!;
  }

  private callback(name: string, type: string, index: number): string {
    const count = type.indexOf(">");
    const note = (value: string) => `(call $note ${value})`;
    const notes = [`(i32.const ${index})`, ...Array.from({ length: count }, (_, i) => `(local.get ${i})`)].map(note);
    const end = type.endsWith("i") ? `(i32.const ${YES.has(name) ? 1 : 0})` : "";
    const body = (this.steps[name] ?? []).map((step) => step(this.layout)).join("\n");
    return `(func $${name} (export "${name}") ${signature(type)} ${notes.join(" ")} ${body} ${end})`;
  }
}

/** One value of the layout's. */
export function value(layout: Layout, arg: Arg): string {
  if (typeof arg === "function") return arg(layout);
  if (typeof arg === "number") return `(i32.const ${arg | 0})`;
  if (typeof arg === "bigint") return `(i64.const ${arg})`;
  return layout.data(typeof arg === "string" ? Buffer.from(arg, "latin1") : arg);
}

function signature(type: string): string {
  const [parameters, results] = type.split(">") as [string, string];
  const types = (letters: string) => [...letters].map((one) => (one === "I" ? "i64" : "i32")).join(" ");
  return `(param ${types(parameters)}) ${results === "" ? "" : `(result ${types(results)})`}`;
}

function assemble(text: string): Uint8Array {
  // With the names of functions, which traps tell.
  binaryen.setDebugInfo(true);
  const module = binaryen.parseText(text);
  try {
    if (!module.validate()) throw new Error(text);
    return module.emitBinary();
  } finally {
    module.dispose();
    binaryen.setDebugInfo(false);
  }
}
