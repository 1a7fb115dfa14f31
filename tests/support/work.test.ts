import { beforeAll, expect, test } from "vitest";
import { compileAssembly, compileCounting, type Instance } from "./assembly.js";

const SOURCE = `
  const area = memory.data(100_000);
  export function loop(n: i32): i32 {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += i ^ sum;
    return sum;
  }
  export function nested(n: i32): i32 {
    let sum = 0;
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum += i ^ sum;
    return sum;
  }
  export function fibonacci(n: i32): i32 { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }
  export function copy(n: i32): void { memory.copy(area, area + 1, n); }
  export function fill(n: i32): void { memory.fill(area, 7, n); }
  export function append(n: i32): i32 {
    let text = "";
    for (let i = 0; i < n; i++) text += "x";
    return text.length;
  }
`;

let wasm: Instance;
const work = (name: string, n: number) => wasm.work(() => wasm.number(name, n));

beforeAll(async () => {
  wasm = await compileCounting(SOURCE);
});

test("counts iterations of loops, calls, and each 16 bytes that are copied and filled", () => {
  for (const name of ["loop", "copy", "fill"]) expect(work(name, 0), name).toBeLessThan(6);
  expect(work("loop", 50_000) - work("loop", 0)).toBe(50_000);
  expect(work("copy", 80_000) - work("copy", 0)).toBe(5_000);
  expect(work("fill", 80_000) - work("fill", 0)).toBe(5_000);
  expect(work("nested", 1000)).toBeGreaterThan(1_000_000);
  expect(work("nested", 1000)).toBeLessThan(1_010_000);
  // The calls of fibonacci(n) are 2 * fibonacci(n + 1) - 1.
  expect(work("fibonacci", 20)).toBeGreaterThanOrEqual(2 * wasm.number("fibonacci", 21) - 1);
});

test("shows that a text grows by copies", () => {
  expect(work("append", 4000)).toBeGreaterThan(12 * work("append", 1000));
});

test("counts the same each time, also in another instance", async () => {
  const first = ["loop", "nested", "fibonacci", "copy"].map((name) => work(name, 20));
  expect(["loop", "nested", "fibonacci", "copy"].map((name) => work(name, 20))).toEqual(first);
  wasm = await compileCounting(SOURCE);
  expect(["loop", "nested", "fibonacci", "copy"].map((name) => work(name, 20))).toEqual(first);
});

test("the module does what it does without a count", async () => {
  const other = await compileAssembly(SOURCE);
  for (const name of ["loop", "nested", "fibonacci", "append"]) {
    expect(wasm.number(name, 20)).toBe(other.number(name, 20));
  }
  expect(() => other.work(() => {})).toThrow("the module does not count its work");
  expect(() => wasm.number("copy", 1e8)).toThrow(WebAssembly.RuntimeError);
});
