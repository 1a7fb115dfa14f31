import { beforeAll, expect, it } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";
import { Random } from "../../tests/support/random.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { escapeHtml } from "./assembly/wrapper/escape-html";
    export function escaped(json: string): string { return escapeHtml(json); }
  `);
});

it.each([
  ["", ""],
  ['{"a":"b"}', '{"a":"b"}'],
  ["<", "\\u003c"],
  ['"a<b>c&d\u2028e\u2029f\u2027\u202a"', '"a\\u003cb\\u003ec\\u0026d\\u2028e\\u2029f\u2027\u202a"'],
])("escapes %j as Go's encoding/json", (json, expected) => expect(wasm.string("escaped", json)).toBe(expected));

it("does not change what a JSON text means", () => {
  const random = new Random();
  for (let i = 0; i < 500; i++) {
    const text = Array.from({ length: random.below(30) }, () => random.pick([...'<>&ab\u2028\u2029é😀\\"'])).join("");
    const escaped = wasm.string("escaped", JSON.stringify(text));
    expect(JSON.parse(escaped)).toBe(text);
    expect(escaped).not.toMatch(/[<>&\u2028\u2029]/);
  }
});
