import { beforeAll, describe, expect, it } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { Cookies } from "./assembly/net/cookies";
    let cookies = new Cookies();
    export function parse(first: string, second: string): string {
      cookies = Cookies.parse([first, second]);
      const pairs: string[] = [];
      const entries = cookies.entries();
      for (let i = 0; i < entries.length; i++) pairs.push(entries[i].join("="));
      return pairs.join("|");
    }
    export function get(name: string): string { const value = cookies.get(name); return value === null ? "null" : value; }
    export function getAll(name: string): string { return cookies.getAll(name).join("|"); }
  `);
});

describe("Cookies", () => {
  it("reads all headers, and skips malformed parts", () => {
    expect(wasm.string("parse", 'a=1; b="x y" ;c;=d; e e=1; f=\\; g="', 'a=2;  h = i=j ; k=ü; l="m"n"; o=%20')).toBe(
      "a=1|b=x y|c=|a=2|h= i=j|o=%20",
    );
    expect(wasm.string("get", "a")).toBe("1");
    expect(wasm.string("getAll", "a")).toBe("1|2");
    expect(wasm.string("get", "A")).toBe("null");
    expect(wasm.string("get", "c")).toBe("");
  });

  it("reads 3000 cookies at most, as Go 1.26", () => {
    const header = "a=1;".repeat(2_998);
    expect(wasm.string("parse", `${header}b=2`, "").split("|").length).toBe(2_999);
    expect(wasm.string("parse", `${header}b=2;`, "")).toBe("");
    wasm.collect();
  });
});
