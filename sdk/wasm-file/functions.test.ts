import { expect, test } from "vitest";
import { functionAt, functionsOf } from "./functions.js";

/** A module with an import, and two functions of two bytes each, of which the second is called "bar". */
const MODULE = [
  "0061736d 01000000", // magic number and version
  "01 04 01 600000", // a type: nothing to nothing
  "02 07 01 0161 0162 0000", // the import a.b
  "03 03 02 00 00", // two functions
  "0a 07 02 02000b 02000b", // their code
  "00 0d 046e616d65 01 06 01 02 03626172", // custom section "name": function 2 is "bar"
].join("");

test("lists the functions of a module, without imported functions", () => {
  const functions = functionsOf(Buffer.from(MODULE.replaceAll(" ", ""), "hex"));
  expect(functions.map(({ from, to, name }) => [to - from, name])).toEqual([
    [2, undefined],
    [2, "bar"],
  ]);
  expect(functionAt(functions, functions[1]!.from)?.name).toBe("bar");
  expect(functionAt(functions, functions[1]!.to)).toBeUndefined();
  expect(functionAt(functions, 0)).toBeUndefined();
});

test("rejects bytes that are not a module", () => {
  expect(() => functionsOf(Buffer.from("text"))).toThrow("not a WebAssembly module");
});
