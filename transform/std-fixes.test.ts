import { beforeAll, describe, expect, it } from "vitest";
import { compileAssembly, type Instance } from "../tests/support/assembly.js";
import { Random } from "../tests/support/random.js";

// asc's own replaceAll writes behind the end of its memory. compileAssembly compiles with the correction.

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    export function run(text: string, search: string, by: string): string { return text.replaceAll(search, by); }
  `);
});

describe("String#replaceAll", () => {
  it.each([
    ["ab", "a", "0123456789"],
    ["\r\n\r", "\r", "%0D"],
    ["abc", "", "-"],
    ["", "", "-"],
    ["", "a", "-"],
    ["a", "a", "0123456789"],
    ["aaa", "aa", "b"],
    ["abcabc", "abc", ""],
    ["x", "xx", "y"],
    ["x.y.z", ".", "::"],
  ])("%j.replaceAll(%j, %j)", (text, search, by) => {
    expect(wasm.string("run", text, search, by)).toBe(text.replaceAll(search, by));
  });

  it("of random texts is that of JavaScript, and does not damage the heap", () => {
    const random = new Random();
    const text = (most: number) =>
      Array.from({ length: random.below(most) }, () => random.pick(["a", "b", "é"])).join("");
    for (let i = 0; i < 5000; i++) {
      const [a, b, c] = [text(20), text(3), text(60)];
      // A "$" would have a meaning in JavaScript.
      expect(wasm.string("run", a, b, c)).toBe(a.replaceAll(b, c));
      if (i % 100 === 0) wasm.collect();
    }
  });
});
