import { expect, test } from "vitest";
import { assemble } from "../../tests/host/wat.js";
import { entities } from "./binary.js";
import { readInstruction, UnknownInstructionError } from "./instructions.js";
import { addLoopChecks, CHECK_STEPS, CHECK_TABLE } from "./loop-checks.js";
import { ModuleReader } from "./module-reader.js";

const STEPS = 10;
type Call = (...args: number[]) => number;

function start(bytes: Uint8Array, imports: WebAssembly.Imports = {}): WebAssembly.Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), imports).exports;
}

/** A module without and with checks, and the number of checks so far. */
function both(text: string, imports?: WebAssembly.Imports) {
  const bytes = assemble(`(module ${text})`);
  const { bytes: checked, original } = addLoopChecks(bytes, entities(bytes).imports)!;
  const [plain, counting] = [start(bytes, imports), start(checked, imports)];
  const count = { checks: 0 };
  const steps = counting[CHECK_STEPS] as WebAssembly.Global<"i32">;
  const c = () => {
    count.checks++;
    steps.value = STEPS;
  };
  const converter = assemble('(module (import "h" "c" (func $c)) (export "c" (func $c)))');
  (counting[CHECK_TABLE] as WebAssembly.Table).set(0, start(converter, { h: { c } })["c"]);
  steps.value = STEPS;
  return { plain, counting, original, count };
}

const SUM = `
  (func (export "sum") (param $n i32) (result i32) (local $sum i32)
    (loop $on
      (local.set $sum (i32.add (local.get $sum) (local.get $n)))
      (br_if $on (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))`;

test("a loop counts its passes, and its results stay the same", () => {
  const { plain, counting, count } = both(SUM);
  expect([plain, counting].map(({ sum }) => (sum as Call)(100))).toEqual([5050, 5050]);
  expect(count.checks).toBe(10);
});

test("a function that calls others counts its calls", () => {
  const { plain, counting, count } = both(`
    (func $f (export "f") (param $n i32) (result i32)
      (if (i32.lt_u (local.get $n) (i32.const 2)) (then (return (local.get $n))))
      (i32.add (call $f (i32.sub (local.get $n) (i32.const 1))) (call $f (i32.sub (local.get $n) (i32.const 2)))))`);
  expect([plain, counting].map(({ f }) => (f as Call)(10))).toEqual([55, 55]);
  expect(count.checks).toBe(17);
});

test("imports, tables, globals and exports of the module keep their indexes", () => {
  const table = new WebAssembly.Table({ element: "anyfunc", initial: 2 });
  const base = new WebAssembly.Global({ value: "i32", mutable: false }, 40);
  const { plain, counting, count } = both(
    `(import "h" "table" (table 2 funcref)) (import "h" "base" (global $base i32))
     (global $mine (mut i32) (i32.const 2)) (elem (i32.const 1) $two)
     (type $number (func (result i32)))
     (func $two (result i32) (global.get $mine)) ${SUM}
     (func (export "answer") (result i32)
       (i32.add (global.get $base) (call_indirect (type $number) (i32.const 1))))`,
    { h: { table, base } },
  );
  expect([plain, counting].map(({ answer }) => (answer as Call)())).toEqual([42, 42]);
  (counting["sum"] as Call)(20);
  expect(count.checks).toBe(2);
});

test("a position in the code leads to the position in the module", () => {
  const { plain, counting, original } = both(`${SUM}
    (func (export "trap") (param $n i32)
      (loop $on (br_if $on (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (unreachable))`);
  const [expected, at] = [plain, counting].map(({ trap }) => {
    try {
      (trap as Call)(3);
    } catch (error) {
      return Number.parseInt(/wasm-function\[\d+\]:0x([0-9a-f]+)/.exec((error as Error).stack!)![1]!, 16);
    }
    return 0;
  });
  expect(at).not.toBe(expected);
  expect(original(at!)).toBe(expected);
});

test("a module without code gets the sections that it lacks", () => {
  const { counting } = both("");
  expect(Object.keys(counting)).toEqual([CHECK_TABLE, CHECK_STEPS]);
});

test.each([
  ["unreachable", "00", 1],
  ["br_table with two labels", "0e 02 00 01 00", 5],
  ["i64.const with a large number", "42 80 80 80 80 80 80 80 80 80 7f", 11],
  ["f64.const", "44 00 00 00 00 00 00 f0 3f", 9],
  ["i32.load of the second memory", "28 42 01 08", 4],
  ["memory.copy", "fc 0a 00 00", 4],
  ["i32.trunc_sat_f32_s", "fc 00", 2],
  ["v128.const", `fd 0c ${"00 ".repeat(16)}`, 18],
  ["v128.load8_lane", "fd 54 00 00 03", 5],
  ["f32x4.add", "fd e4 01", 3],
  ["i32.atomic.rmw.add", "fe 1e 02 00", 4],
])("reads %s", (_, hex, length) => {
  const reader = new ModuleReader(Buffer.from(hex.replaceAll(" ", ""), "hex"), 0);
  readInstruction(reader);
  expect(reader.at).toBe(length);
});

test.each([
  ["garbage collection", "fb 00"],
  ["a block with a type of garbage collection", "02 64 6e"],
])("does not know instructions for %s", (_, hex) => {
  const reader = new ModuleReader(Buffer.from(hex.replaceAll(" ", ""), "hex"), 0);
  expect(() => readInstruction(reader)).toThrow(UnknownInstructionError);
});
