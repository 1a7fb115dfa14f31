import { beforeAll, describe, expect, it } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import * as percent from "./assembly/net/percent";
    import * as target from "./assembly/net/request-target";
    import { decodeText, encodeText } from "./assembly/text/text";
    export function encodeQuery(text: string): string { return percent.encodeQueryComponent(text); }
    export function encodeSegment(text: string): string { return percent.encodePathSegment(text); }
    export function encodeBytes(bytes: ArrayBuffer): string { return percent.encodeQueryComponent(decodeText(bytes)); }
    export function decodeQuery(text: string): string { return shown(percent.decodeQueryComponent(text)); }
    export function decodePath(text: string): string { return shown(percent.decodePath(text)); }
    export function decodeBytes(text: string): ArrayBuffer { return encodeText(percent.decodeQueryComponent(text)!); }
    function shown(text: string | null): string { return text === null ? "null" : text; }
    export function pathOf(text: string): string { return target.pathOf(text); }
    export function queryOf(text: string): string { return target.queryOf(text); }
    export function targetOf(path: string, query: string): string { return target.targetOf(path, query); }
  `);
});

const ALL = Uint8Array.from({ length: 256 }, (_, c) => c);

describe("percent-encoding", () => {
  it("keeps the characters that Go's url.QueryEscape and url.PathEscape keep", () => {
    const ascii = Array.from({ length: 128 }, (_, c) => String.fromCharCode(c));
    const kept = (name: string) => ascii.filter((c) => wasm.string(name, c) === c).join("");
    const unreserved = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~";
    expect(kept("encodeQuery")).toBe(unreserved);
    expect(kept("encodeSegment")).toBe([...unreserved, ..."$&+:=@"].sort().join(""));
    expect(wasm.string("encodeQuery", " ü😀")).toBe("+%C3%BC%F0%9F%98%80");
    expect(wasm.string("encodeSegment", " ü/")).toBe("%20%C3%BC%2F");
  });

  it("keeps all bytes, also those that are not UTF-8", () => {
    const encoded = wasm.string("encodeBytes", ALL);
    expect(encoded).toContain("%7F%80%81");
    expect(Buffer.from(wasm.bytes("decodeBytes", encoded))).toEqual(Buffer.from(ALL));
    expect(wasm.string("decodeQuery", "%ff%C3%BC%c3")).toBe("\udcffü\udcc3");
  });

  it("joins the parts of a character, whether they are encoded or not", () => {
    expect(wasm.string("decodeQuery", "\udcc3%BC")).toBe("ü");
  });

  it("returns null for a % without two hexadecimal digits", () => {
    for (const text of ["%", "%4", "a%4", "%zz", "%4g", "%%41", "%\uff11\uff11", "%4\u0131"]) {
      expect(wasm.string("decodeQuery", text), text).toBe("null");
      expect(wasm.string("decodePath", text), text).toBe("null");
    }
    expect(wasm.string("decodeQuery", "%41+%2b%2B")).toBe("A ++");
    expect(wasm.string("decodePath", "%41+%2f")).toBe("A+/");
    expect(wasm.string("decodePath", "")).toBe("");
  });
});

describe("the target of a request", () => {
  it("has a path and a query", () => {
    const parts = (text: string) => [wasm.string("pathOf", text), wasm.string("queryOf", text)];
    expect(parts("/a%20b?c=d?e")).toEqual(["/a%20b", "c=d?e"]);
    expect(parts("/a")).toEqual(["/a", ""]);
    expect(parts("/a?")).toEqual(["/a", ""]);
    expect(parts("?")).toEqual(["", ""]);
    expect(parts("")).toEqual(["", ""]);
    expect(wasm.string("targetOf", "/a", "b=c")).toBe("/a?b=c");
    expect(wasm.string("targetOf", "/a", "")).toBe("/a");
  });
});
