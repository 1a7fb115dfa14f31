// What the transform changes in static data and in array literals must not change what the plugin's code does.
import { afterAll, expect, test } from "vitest";
import { PLUGIN, PluginProject } from "../tests/support/plugin-project.js";
import { startPlugin } from "../tests/support/start-plugin.js";

const SOURCE = `
import { enter, leave } from "as-proxy-wasm-sdk/assembly/abi/entry";
import { requestPermanence } from "as-proxy-wasm-sdk/assembly/runtime/collector";

// Addresses that the compiler turns into numbers before or behind the data.
const BYTES = memory.data<u8>([1, 2, 3, 4]);
export function immediate(i: usize): i32 { return load<u8>(i, BYTES); }

const BIASED: usize = memory.data<u16>([10, 11, 12, 13]) - 0x2000;
export function biased(i: usize): i32 { return load<u16>(BIASED + (i << 1)); }

const FIXED: StaticArray<u16> = [20, 21, 22, 23];
export function biasedArray(i: usize): i32 { return load<u16>(changetype<usize>(FIXED) - 0x2000 + (i << 1)); }

const FAR: usize = changetype<usize>(FIXED) - 0x4000;
export function biasedGlobal(i: usize): i32 { return load<u16>(FAR + (i << 1)); }

// Assignments to elements of an array that began as a literal.
export function replaced(): i32 {
  let a = [1, 2, 3, 4, 5, 6, 7, 8];
  a = [];
  a[7] = 9;
  return a.length * 10 + a[7];
}
export function emptied(): i32 {
  const a = [1, 2, 3];
  a.length = 0;
  a[0] = 7;
  return a.length * 10 + a[0];
}
export function negative(): i32 {
  const a = [1, 2, 3];
  a[-1] = 4;
  return 0;
}
export function nested(x: i32): i32 {
  const a = [[x, x + 1], [x + 2, x + 3]];
  a[1] = [x];
  return a[0][1] * 100 + a[1][0] * 10 + a[1].length;
}

// A permanent array to which a function writes under the name of a literal.
let kept: string[] = ["", ""];
let other = "";
export function keep(): void {
  const outer = enter(0);
  let one = 1;
  kept = [one.toString(), (one + 1).toString()];
  requestPermanence();
  leave(outer);
}
function write(number: i32): void {
  let names = ["a", "b"];
  if (kept.length > 0) names = kept;
  names[0] = "text " + number.toString();
}
export function overwrite(): bool {
  let outer = enter(0);
  write(5);
  leave(outer);
  for (let round = 0; round < 20; round++) {
    outer = enter(0);
    for (let i = 0; i < 1000; i++) other = "other " + i.toString();
    leave(outer);
  }
  return kept[0] == "text 5";
}
`;

const project = new PluginProject({ "assembly/index.ts": PLUGIN + SOURCE });
afterAll(() => project.remove());

test.each(["release", "debug"])("code finds its data, in a %s build", async (target) => {
  const exports = await startPlugin(project, target);
  const call = (name: string, ...args: number[]) => (exports[name] as (...args: number[]) => number)(...args);
  call("_initialize");
  const four = (name: string, from: number) => [0, 1, 2, 3].map((i) => call(name, from + i));
  expect(four("immediate", 0)).toEqual([1, 2, 3, 4]);
  expect(four("biased", 0x1000)).toEqual([10, 11, 12, 13]);
  expect(four("biasedArray", 0x1000)).toEqual([20, 21, 22, 23]);
  expect(four("biasedGlobal", 0x2000)).toEqual([20, 21, 22, 23]);
  expect([call("replaced"), call("emptied"), call("nested", 1)]).toEqual([89, 17, 211]);
  expect(() => call("negative")).toThrow(WebAssembly.RuntimeError);
  call("keep");
  expect(call("overwrite")).toBe(1);
});
