import { beforeAll, describe, expect, it } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { MediaType } from "./assembly/net/media-type";
    export function parse(text: string): string {
      const media = MediaType.parse(text);
      if (media.error !== null) return "error " + media.error!.message + media.type;
      let out = media.type;
      const names = media.parameters();
      for (let i = 0; i < names.length; i++) out += "|" + names[i] + "=" + media.getOr(names[i], "?");
      return out + (media.get("none") === null ? "" : "!");
    }
  `);
});

describe("MediaType", () => {
  it.each([
    ["text/html", "text/html"],
    [" Text/HTML ; Charset = UTF-8 ;", "text/html|charset=UTF-8"],
    ["application/json;", "application/json"],
    ['multipart/form-data; boundary="a b"; x=1', "multipart/form-data|boundary=a b|x=1"],
    ['form-data; name="a\\"b\\\\c"; filename=""', 'form-data|name=a"b\\c|filename='],
    // A backslash before a letter is a path of Windows, as in Go.
    ['form-data; filename="C:\\dir\\f.txt"', "form-data|filename=C:\\dir\\f.txt"],
    ["form-data; name=a; filename*=utf-8''%e2%82%ac", "form-data|name=a|filename*=utf-8''%e2%82%ac"],
    ['form-data; name="später"', "form-data|name=später"],
    ['form-data; name="a;b"; c=d', "form-data|name=a;b|c=d"],
  ])("reads %j", (text, expected) => {
    expect(wasm.string("parse", text)).toBe(expected);
  });

  it.each([
    ["", "expected type/subtype"],
    ["/", "expected type/subtype"],
    ["a/", "expected type/subtype"],
    ["a b/c", "expected type/subtype"],
    ["text/html, text/plain", "expected type/subtype"],
    ["text/html; a", 'expected parameters such as name=value or name="value", each name once'],
    ["text/html; a=", 'expected parameters such as name=value or name="value", each name once'],
    ['text/html; a="b', 'expected parameters such as name=value or name="value", each name once'],
    ['text/html; a="b\n"', 'expected parameters such as name=value or name="value", each name once'],
    ["text/html; a=1; A=1", 'expected parameters such as name=value or name="value", each name once'],
    ["text/html; a=1 b=2", "expected ; before a parameter"],
    [`a/b${Array.from({ length: 101 }, (_, i) => `;p${String(i)}=1`).join("")}`, "expected 100 parameters at most"],
  ])("has an error for %j", (text, reason) => {
    const message = wasm.string("parse", text);
    expect(message.startsWith('error media type "')).toBe(true);
    expect(message.endsWith(`: ${reason}`)).toBe(true);
  });
});
