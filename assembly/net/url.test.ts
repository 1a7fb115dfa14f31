import { beforeAll, describe, expect, it } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { Url } from "./assembly/net/url";
    export function parse(text: string): string { return shown(Url.parse(text)); }
    export function target(text: string): string { return shown(Url.parseRequestUri(text)); }
    function shown(url: Url): string {
      if (url.error !== null) return url.error!.message + url.toString();
      const user = url.hasUser ? url.username + (url.password === null ? "" : ":" + url.password!) : "none";
      return [url.scheme, user, url.hostname(), url.port(), url.path, url.rawQuery, url.fragment].join(" | ");
    }
    export function text(text: string): string { return Url.parse(text).toString(); }
    export function escapedPath(text: string): string { return Url.parse(text).escapedPath(); }
    export function requestUri(text: string): string { return Url.parse(text).requestUri(); }
    export function tenant(text: string): string { return Url.parse(text).query().get("tenant")!; }
    export function setPath(encoded: string): string {
      const url = Url.parse("https://a.test/b");
      const error = url.setPath(encoded);
      return error === null ? url.toString() : error.message + " " + url.toString();
    }
    export function built(): string {
      const url = new Url();
      url.scheme = "https";
      url.host = "example.com";
      url.path = "/a b";
      return url.toString();
    }
  `);
});

describe("Url", () => {
  it("reads the parts", () => {
    expect(wasm.string("parse", "HTTPS://us%65r:p%40ss@Example.com:8080/a%20b?tenant=x%20y#f%41")).toBe(
      "https | user:p@ss | Example.com | 8080 | /a b | tenant=x%20y | fA",
    );
    expect(wasm.string("parse", "http://[fe80::1%25eth0]:80/")).toBe("http | none | fe80::1%eth0 | 80 | / |  | ");
    expect(wasm.string("parse", "//a/b")).toBe(" | none | a |  | /b |  | ");
    expect(wasm.string("parse", "/a%ff")).toBe(" | none |  |  | /a\udcff |  | ");
    expect(wasm.string("parse", "")).toBe(" | none |  |  |  |  | ");
    expect(wasm.string("tenant", "/a?tenant=x%20y")).toBe("x y");
  });

  it.each([
    [":a", "expected a scheme before the colon"],
    ["a:b/c", ""],
    ["1a:b", "expected no colon in the first segment of a relative path"],
    ["http://a:8x/", 'invalid port ":8x" after the host'],
    ["http://a:80:90/", 'invalid port ":80:90" after the host'],
    ["http://[::1", "expected ] after the address of the host"],
    ["http://[1.2.3.4]/", 'expected an IPv6 address in brackets, got "1.2.3.4"'],
    ["http://a[::1]/", "expected [ only at the beginning of the host"],
    ["http://a b/", 'invalid character or percent-encoding in the host "a b"'],
    ["http://%41/", 'invalid character or percent-encoding in the host "%41"'],
    ["http://a b@c/", "the user has a character that must be percent-encoded"],
    ["http://%zz@c/", "expected two hexadecimal digits after each % of the user"],
    ["/%zz", "expected two hexadecimal digits after each % of the path"],
    ["/#%zz", "expected two hexadecimal digits after each % of the fragment"],
    ["/a\r\n", "expected no control character"],
  ])("%j: %s", (text, reason) => {
    if (reason === "") expect(wasm.string("parse", text)).not.toContain("URL:");
    else expect(wasm.string("parse", text)).toBe(`URL: ${reason}`);
  });

  it("reads the target of a request: a # belongs to the path, and a relative path is an error", () => {
    expect(wasm.string("target", "/a#b?c")).toBe(" | none |  |  | /a#b | c | ");
    expect(wasm.string("target", "//a/b")).toBe(" | none |  |  | //a/b |  | ");
    expect(wasm.string("target", "a")).toBe('URL: expected a path that begins with "/"');
    expect(wasm.string("target", "")).toBe('URL: expected a path that begins with "/", got ""');
  });

  it("writes a URL as it was read, in one spelling", () => {
    expect(wasm.string("text", "HTTP://u:@h/a%2fb?#")).toBe("http://u:@h/a%2fb?");
    expect(wasm.string("text", "/a b?c d#e f")).toBe("/a%20b?c d#e%20f");
    expect(wasm.string("text", "mailto:a@b?c")).toBe("mailto:a@b?c");
    expect(wasm.string("text", "file:/etc")).toBe("file:/etc");
    expect(wasm.string("escapedPath", "/a%2fb")).toBe("/a%2fb");
    expect(wasm.string("escapedPath", "/a%2fb c")).toBe("/a/b%20c");
    expect(wasm.string("requestUri", "http://a?b=c#d")).toBe("/?b=c");
    expect(wasm.string("built")).toBe("https://example.com/a%20b");
    expect(wasm.string("setPath", "/x%2Fy")).toBe("https://a.test/x%2Fy");
    expect(wasm.string("setPath", "/%")).toBe(
      "URL: expected two hexadecimal digits after each % of the path https://a.test/b",
    );
  });
});
