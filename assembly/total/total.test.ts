import { beforeAll, expect, it } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { atOr, getOr } from "./assembly/total/get-or";
    import { integerOr } from "./assembly/total/parse-number";

    const map = new Map<string, string>();
    map.set("a", "1");
    export function value(key: string): string { return getOr(map, key, "none"); }
    export function element(index: i32): string { return atOr(["x", "y"], index, "none"); }
    export function integer(text: string): string { return integerOr(text, 7).toString(); }
    export function percent(text: string): string { return integerOr(text, 50, 0, 100).toString(); }
  `);
});

it.each([
  ["a", "1"],
  ["b", "none"],
  ["", "none"],
])("getOr reads %j as %j", (key, value) => expect(wasm.string("value", key)).toBe(value));

it.each([
  [0, "x"],
  [1, "y"],
  [2, "none"],
  [-1, "none"],
  [2147483647, "none"],
  [-2147483648, "none"],
])("atOr reads element %d as %j", (index, value) => expect(wasm.string("element", index)).toBe(value));

it.each([
  ["0", "0"],
  ["-0", "0"],
  ["007", "7"],
  ["1024", "1024"],
  ["-12", "-12"],
  ["9223372036854775807", "9223372036854775807"],
  ["-9223372036854775808", "-9223372036854775808"],
  ["9223372036854775808", "7"],
  ["-9223372036854775809", "7"],
  ["18446744073709551616", "7"],
  ["99999999999999999999999999", "7"],
  ["", "7"],
  ["-", "7"],
  ["+1", "7"],
  [" 1", "7"],
  ["1 ", "7"],
  ["12abc", "7"],
  ["1.5", "7"],
  ["1e3", "7"],
  ["0x10", "7"],
  ["٣", "7"],
])("integerOr reads %j as %s", (text, value) => expect(wasm.string("integer", text)).toBe(value));

it.each([
  ["0", "0"],
  ["100", "100"],
  ["101", "50"],
  ["-1", "50"],
])("integerOr from 0 to 100 reads %j as %s", (text, value) => expect(wasm.string("percent", text)).toBe(value));
