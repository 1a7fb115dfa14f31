import { beforeAll, describe, expect, it } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { SameSite, SetCookie } from "./assembly/net/set-cookie";
    import { httpDate } from "./assembly/net/http-date";
    export function date(ms: i64): string { return httpDate(ms); }
    export function whole(): string {
      const cookie = new SetCookie("session", "x");
      cookie.path = "/";
      cookie.domain = ".Example.com";
      cookie.expiresMs = 784111777000;
      cookie.maxAge = 3600;
      cookie.httpOnly = true;
      cookie.secure = true;
      cookie.sameSite = SameSite.Strict;
      cookie.partitioned = true;
      return cookie.toString();
    }
    export function deleted(): string {
      const cookie = new SetCookie("session", "");
      cookie.maxAge = -1;
      return cookie.toString();
    }
    let cookie = new SetCookie("", "");
    export function text(name: string, value: string, path: string, domain: string): string {
      cookie = new SetCookie(name, value);
      cookie.path = path;
      cookie.domain = domain;
      return cookie.toString();
    }
    export function check(): string { const error = cookie.check(); return error === null ? "" : error.message; }
    export function checkDate(ms: i64): string { cookie = new SetCookie("a", ""); cookie.expiresMs = ms; return check(); }
    export function checkPartitioned(): string { cookie = new SetCookie("a", ""); cookie.partitioned = true; return check(); }
  `);
});

describe("SetCookie", () => {
  it("writes all attributes", () => {
    expect(wasm.string("whole")).toBe(
      "session=x; Path=/; Domain=Example.com; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Max-Age=3600; HttpOnly; Secure; SameSite=Strict; Partitioned",
    );
    expect(wasm.string("deleted")).toBe("session=; Max-Age=0");
    expect(wasm.string("text", "a", "b c", "", "")).toBe('a="b c"');
  });

  it.each([
    ["", "x", "", "", "", 'name: expected a token of RFC 9110, got ""'],
    ["a;b", "x", "", "", "", 'name: expected a token of RFC 9110, got "a;b"'],
    ["a", "x\r\ny", "", "", "a=xy", 'value: expected printable ASCII except ", ; and \\, got "x\\x0d\\x0ay"'],
    [
      "a",
      "x; Domain=b",
      "",
      "",
      'a="x Domain=b"',
      'value: expected printable ASCII except ", ; and \\, got "x; Domain=b"',
    ],
    ["a", "ü", "", "", "a=", 'value: expected printable ASCII except ", ; and \\, got "\\xfc"'],
    ["a", "x", "/; Secure", "", "a=x; Path=/ Secure", 'path: expected printable ASCII except ;, got "/; Secure"'],
    ["a", "x", "", "b;c", "a=x", 'domain: expected a domain name or an IPv4 address, got "b;c"'],
  ])("%j %j %j %j", (name, value, path, domain, text, reason) => {
    expect(wasm.string("text", name, value, path, domain)).toBe(text);
    expect(wasm.string("check")).toBe(`cookie: ${reason}`);
  });

  it("checks the date, and that partitioned cookies are secure", () => {
    expect(wasm.string("checkDate", -11_644_473_600_001n)).toBe("cookie: expiresMs: expected a year from 1601 to 9999");
    expect(wasm.string("checkDate", 253_402_300_800_000n)).toBe("cookie: expiresMs: expected a year from 1601 to 9999");
    expect(wasm.string("checkDate", 0n)).toBe("");
    expect(wasm.string("checkPartitioned")).toBe("cookie: partitioned: expected secure, too");
  });
});

describe("httpDate", () => {
  it("writes the dates that JavaScript writes", () => {
    const years = Array.from({ length: 840 }, (_, index) =>
      Date.UTC(1601 + index * 10 + (index % 3), index % 12, (index * 7) % 32),
    );
    for (const ms of [
      0,
      -1,
      1,
      951_782_399_999,
      951_782_400_000,
      Date.UTC(1900, 1, 28),
      Date.UTC(9999, 11, 31),
      ...years,
    ]) {
      expect(wasm.string("date", BigInt(ms))).toBe(new Date(ms).toUTCString());
    }
  });
});
