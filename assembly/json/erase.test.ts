import { beforeAll, expect, test } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { Json } from "./assembly/json";
    export function erased(text: string, key: string): string {
      const json = Json.parse(text);
      json.erase(key);
      return json.raw();
    }
  `);
});

test.each([
  ['{"a":1,"b":2}', { b: 2 }],
  ['{"b":2,"a":1}', { b: 2 }],
  ['{"b":2 , "a" : 1 }', { b: 2 }],
  ['{ "a" : {"a":[1,2]} , "b":{"a":2} }', { b: { a: 2 } }],
  ['{"a":1}', {}],
  ['{ "a" : "x" }', {}],
  ['{"a":1,"a":2,"b":3,"a":4}', { b: 3 }],
  ['{"\\u0061":1,"b":2}', { b: 2 }],
  ['{"b":2}', { b: 2 }],
  ["{}", {}],
  ['["a"]', ["a"]],
  ['"a"', "a"],
])("removes the members named a from %s", (text, left) => {
  expect(JSON.parse(wasm.string("erased", text, "a"))).toEqual(left);
});
