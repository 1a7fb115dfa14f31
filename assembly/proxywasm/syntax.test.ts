import { beforeAll, expect, test } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import * as syntax from "./assembly/proxywasm/syntax";
    export function isToken(text: string): bool { return syntax.isToken(text); }
    export function isFieldValue(text: string): bool { return syntax.isFieldValue(text); }
    export function isVisible(text: string): bool { return syntax.isVisible(text); }
    export function isFinalStatusText(text: string): bool { return syntax.isFinalStatusText(text); }
    export function quoted(text: string): string { return syntax.quoted(text); }
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

test("isVisible rejects spaces and control characters", () => {
  expect(accepted("isVisible")).toBe(each.filter((c) => c > " " && c !== "\x7f").join(""));
  expect(wasm.number("isVisible", "")).toBe(0);
});

test("isFinalStatusText accepts 200 to 599", () => {
  for (let status = 0; status < 1100; status++) {
    expect(wasm.number("isFinalStatusText", String(status)), String(status)).toBe(
      status >= 200 && status <= 599 ? 1 : 0,
    );
  }
  for (const text of ["", "2", "20", "2000", "2x0", "20x", " 20", "+20", "-20", "２００"]) {
    expect(wasm.number("isFinalStatusText", text), text).toBe(0);
  }
});

test("quoted escapes characters other than printable ASCII, and cuts after 64", () => {
  expect(wasm.string("quoted", 'a\r\n\0"é\u20ac')).toBe('"a\\x0d\\x0a\\x00"\\xe9\\u20ac"');
  expect(wasm.string("quoted", "x".repeat(64))).toBe(`"${"x".repeat(64)}"`);
  expect(wasm.string("quoted", "x".repeat(65))).toBe(`"${"x".repeat(64)}…"`);
});
