import { beforeAll, expect, test } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import * as token from "./assembly/text/token";
    export function isToken(text: string): bool { return token.isToken(text); }
    export function isFieldValue(text: string): bool { return token.isFieldValue(text); }
  `);
});

const each = Array.from({ length: 0x180 }, (_, c) => String.fromCharCode(c));
const accepted = (name: string) => each.filter((c) => wasm.number(name, c) === 1).join("");

test("isToken accepts only the characters of RFC 9110, 5.6.2", () => {
  const tchar = "!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~";
  expect(accepted("isToken")).toBe(tchar);
  expect(wasm.number("isToken", "")).toBe(0);
  expect(wasm.number("isToken", "x-a")).toBe(1);
  expect(wasm.number("isToken", "x-a ")).toBe(0);
});

test("isFieldValue accepts all characters except control characters; it accepts the tab", () => {
  expect(accepted("isFieldValue")).toBe(each.filter((c) => (c >= " " && c !== "\x7f") || c === "\t").join(""));
  expect(wasm.number("isFieldValue", "")).toBe(1);
});
