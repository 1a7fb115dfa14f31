import binaryen from "assemblyscript/binaryen";
import type { AbiVersion, HostKind } from "../../../sdk/host/index.js";
import { callbacksOf } from "../../../sdk/host/module/callbacks.js";
import { importsOf } from "../../../sdk/host/imports/index.js";
import { Allocation, HEAP, HEAP_END, MATERIAL, MOST_PAGES, NEXT_AT, OPERATION_WORDS, OPERATIONS } from "./layout.js";
import { PAGES, PROGRAM, PROGRAM_SIZE, SLOT_COUNT, SLOTS, TAPE, TAPE_SIZE } from "./layout.js";
import { MATERIAL_BYTES } from "./material.js";

/** What an operation of the guest does: a host call, or one of the guest's own functions. */
export interface Operation {
  name: string;
  /** The signature, as in the host's tables: "iiI>i". */
  type: string;
}

/** The deepest nesting of callbacks; deeper callbacks do nothing. */
const MOST_DEPTH = 3;
/** The most operations of one callback. */
const MOST_OPERATIONS = 24;
/** Callbacks that return 0 to reject a start or a configuration. */
const STARTERS = new Set(["proxy_on_vm_start", "proxy_on_configure", "proxy_validate_configuration"]);

/**
 * A plugin with all callbacks and all host calls of an ABI: an interpreter for a program in its memory. The plugin gets its
 * program by calling `random_get` for `PROGRAM_SIZE` bytes, so it has a program from its first callback on.
 */
export class InterpreterGuest {
  readonly bytes: Uint8Array;
  /** The operations; the code of an operation is its index plus 1. */
  readonly operations: readonly Operation[];

  constructor(
    readonly host: HostKind,
    readonly abi: AbiVersion,
  ) {
    const imports = [...importsOf(host, abi)].filter(([label]) => !label.startsWith("wasi_unstable."));
    this.operations = [
      ...imports.map(([label, { type }]) => ({ name: label.replace(/^[^.]*\./, ""), type })),
      { name: "trap", type: ">" },
      { name: "grow", type: ">" },
    ];
    const own = ["(func $op_trap (param i32) (unreachable))", "(func $op_grow (param i32) (drop (memory.grow (i32.const 1))))"]; // prettier-ignore
    this.bytes = assemble(`(module
      ${imports.map(([label, { type }], index) => importText(label, type, index)).join("\n")}
      (memory (export "memory") ${PAGES} ${MOST_PAGES})
      (data (i32.const ${NEXT_AT}) "\\ff\\ff\\00\\00")
      (data (i32.const ${MATERIAL}) "${escaped(MATERIAL_BYTES)}")
      (type $operation (func (param i32)))
      (table ${this.operations.length + 1} funcref)
      (elem (i32.const 1) ${imports.map((_, index) => `$op_${index}`).join(" ")} $op_trap $op_grow)
      ${imports.map(([, { type }], index) => operationText(type, index)).join("\n")}
      ${own.join("\n")}
      ${machine(this.operations.length)}
      (func (export "proxy_abi_version_${abi.replaceAll(".", "_")}"))
      ${Object.entries(callbacksOf(host, abi)).map(callbackText).join("\n")})`);
  }
}

/** An argument of an operation. `$a` reads the argument from a slot if the operation's flags say so. */
const argument = (letter: string, index: number) =>
  letter === "I"
    ? `(i64.load offset=${8 + 8 * index} (local.get 0))`
    : `(call $a (local.get 0) (i32.const ${index}) (i32.load offset=${8 + 8 * index} (local.get 0)))`;

function operationText(type: string, index: number): string {
  const [parameters, result] = type.split(">") as [string, string];
  const call = `(call $h_${index} ${[...parameters].map(argument).join(" ")})`;
  return `(func $op_${index} (param i32) ${result === "" ? call : `(drop ${call})`})`;
}

function importText(label: string, type: string, index: number): string {
  const [module, name] = label.split(".") as [string, string];
  const named = name === "random_get" ? `(import "${module}" "${name}" (func $random ${signature(type)}))` : "";
  return `${named} (import "${module}" "${name}" (func $h_${index} ${signature(type)}))`;
}

function callbackText([name, type]: [string, string]): string {
  // `proxy_on_done` has its own return value, because 0 delays the end of a stream.
  const kind = STARTERS.has(name) ? 1 : name === "proxy_on_done" ? 2 : 0;
  const call = `(call $callback (i32.const ${8 + 8 * kind}))`;
  return `(func (export "${name}") ${signature(type)} ${type.endsWith(">") ? `(drop ${call})` : call})`;
}

/** The interpreter. An unknown code, which a host call may write over the program, also ends the callback. */
const machine = (count: number) => `
  (global $depth (mut i32) (i32.const 0))
  (global $heap (mut i32) (i32.const ${HEAP}))
  (global $allocations (mut i32) (i32.const 0))
  (func $a (param $at i32) (param $index i32) (param $value i32) (result i32)
    (if (i32.and (i32.shr_u (i32.load offset=4 (local.get $at)) (local.get $index)) (i32.const 1)) (then
      (return (i32.load (i32.add (i32.const ${SLOTS})
        (i32.mul (i32.const 4) (i32.rem_u (local.get $value) (i32.const ${SLOT_COUNT}))))))))
    (local.get $value))
  (func $next (result i32) (local $index i32)
    (local.set $index (i32.load (i32.const ${NEXT_AT})))
    (if (i32.ge_u (local.get $index) (i32.const ${OPERATIONS})) (then
      (drop (call $random (i32.const ${PROGRAM}) (i32.const ${PROGRAM_SIZE})))
      (local.set $index (i32.const 0))))
    (i32.store (i32.const ${NEXT_AT}) (i32.add (local.get $index) (i32.const 1)))
    (i32.add (i32.const ${PROGRAM}) (i32.mul (local.get $index) (i32.const ${OPERATION_WORDS * 4}))))
  (func $callback (param $resultAt i32) (result i32) (local $at i32) (local $left i32)
    (if (i32.ge_u (global.get $depth) (i32.const ${MOST_DEPTH})) (then (return (i32.const 0))))
    (global.set $depth (i32.add (global.get $depth) (i32.const 1)))
    (local.set $left (i32.const ${MOST_OPERATIONS}))
    (loop $more
      (local.set $at (call $next))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (if (i32.and (i32.ne (local.get $left) (i32.const 0)) (i32.lt_u (i32.sub (i32.load (local.get $at)) (i32.const 1)) (i32.const ${count}))) (then
        (call_indirect (type $operation) (local.get $at) (i32.load (local.get $at)))
        (br $more))))
    (global.set $depth (i32.sub (global.get $depth) (i32.const 1)))
    ;; Without a program, or without an end in it, this reads zeros: the callbacks that may reject then accept.
    (i32.xor (i32.load (i32.add (local.get $at) (local.get $resultAt))) (i32.gt_u (local.get $resultAt) (i32.const 8))))
  (func (export "malloc") (param $size i32) (result i32) (local $how i32) (local $at i32)
    (local.set $how (i32.load8_u
      (i32.add (i32.const ${TAPE}) (i32.rem_u (global.get $allocations) (i32.const ${TAPE_SIZE})))))
    (global.set $allocations (i32.add (global.get $allocations) (i32.const 1)))
    (if (i32.eq (local.get $how) (i32.const ${Allocation.Null})) (then (return (i32.const 0))))
    (if (i32.eq (local.get $how) (i32.const ${Allocation.Outside})) (then (return (i32.const 0xfffffff0))))
    (if (i32.eq (local.get $how) (i32.const ${Allocation.AtTheEnd})) (then
      (return (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 1)))))
    (if (i32.eq (local.get $how) (i32.const ${Allocation.Trap})) (then (unreachable)))
    (if (i32.eq (local.get $how) (i32.const ${Allocation.Grow})) (then (drop (memory.grow (i32.const 1)))))
    (if (i32.eq (local.get $how) (i32.const ${Allocation.HostCall})) (then (drop (call $callback (i32.const 8)))))
    (if (i32.eq (local.get $how) (i32.const ${Allocation.OverItself})) (then (return (i32.const ${SLOTS}))))
    (if (i32.gt_u (local.get $size) (i32.const ${HEAP_END - HEAP})) (then (return (i32.const 0))))
    (if (i32.gt_u (i32.add (global.get $heap) (local.get $size)) (i32.const ${HEAP_END})) (then
      (global.set $heap (i32.const ${HEAP}))))
    (local.set $at (global.get $heap))
    (global.set $heap (i32.add (local.get $at) (local.get $size)))
    (local.get $at))`;

function signature(type: string): string {
  const [parameters, results] = type.split(">") as [string, string];
  const types = (letters: string) => [...letters].map((one) => (one === "I" ? "i64" : "i32")).join(" ");
  return `(param ${types(parameters)}) ${results === "" ? "" : `(result ${types(results)})`}`;
}

function escaped(bytes: Uint8Array): string {
  return [...bytes].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
}

function assemble(text: string): Uint8Array {
  const module = binaryen.parseText(text);
  try {
    if (!module.validate()) throw new Error("the guest is not valid WebAssembly");
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}
