import { beforeAll, expect, test } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import * as syntax from "./assembly/proxywasm/syntax";
    export function isVisible(text: string): bool { return syntax.isVisible(text); }
    export function isFinalStatusText(text: string): bool { return syntax.isFinalStatusText(text); }
  `);
});

const each = Array.from({ length: 0x180 }, (_, c) => String.fromCharCode(c));
const accepted = (name: string) => each.filter((c) => wasm.number(name, c) === 1).join("");

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
