import { beforeAll, describe, expect, it, test } from "vitest";
import { compileCounting, type Instance } from "../../tests/support/assembly.js";
import { Random } from "../../tests/support/random.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileCounting(`
    import * as ascii from "./assembly/text/ascii";
    import * as glob from "./assembly/text/glob";
    import * as q from "./assembly/text/quoted";
    export function lowerAscii(text: string): string { return ascii.lowerAscii(text); }
    export function trimmed(text: string): string { return ascii.trimmed(text); }
    export function equals(a: string, b: string): bool { return ascii.equalsIgnoreCase(a, b); }
    export function startsWith(a: string, b: string): bool { return ascii.startsWithIgnoreCase(a, b); }
    export function indexOf(a: string, b: string): i32 { return ascii.indexOfIgnoreCase(a, b); }
    export function matches(pattern: string, text: string): bool { return glob.matchesGlob(pattern, text); }
    export function quoted(text: string): string { return q.quoted(text); }
  `);
});

/** As `toLowerCase`, for ASCII only. */
const lower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

test("lowerAscii changes A to Z only", () => {
  const all = Array.from({ length: 0x180 }, (_, c) => String.fromCharCode(c)).join("");
  expect(wasm.string("lowerAscii", all)).toBe(lower(all));
});

test("trimmed removes spaces, tabs and line breaks at both ends", () => {
  expect(wasm.string("trimmed", " \t\r\na b\n ")).toBe("a b");
  expect(wasm.string("trimmed", " \u00a0 ")).toBe("\u00a0");
  expect(wasm.string("trimmed", " \t")).toBe("");
  expect(wasm.string("trimmed", "")).toBe("");
});

test("quoted escapes characters other than printable ASCII, and cuts after 64", () => {
  expect(wasm.string("quoted", 'a\r\n\0"é\u20ac')).toBe('"a\\x0d\\x0a\\x00"\\xe9\\u20ac"');
  expect(wasm.string("quoted", "x".repeat(64))).toBe(`"${"x".repeat(64)}"`);
  expect(wasm.string("quoted", "x".repeat(65))).toBe(`"${"x".repeat(64)}…"`);
});

describe("comparison without case", () => {
  it("treats A to Z as a to z, and no other letters", () => {
    expect(wasm.number("equals", "WebSocket", "websocket")).toBe(1);
    expect(wasm.number("equals", "a", "ab")).toBe(0);
    expect(wasm.number("equals", "É", "é")).toBe(0);
    // The Kelvin sign is a capital k for Unicode.
    expect(wasm.number("equals", "\u212a", "k")).toBe(0);
    expect(wasm.number("equals", "@[", "`{")).toBe(0);
    expect(wasm.number("startsWith", "BEARER x", "Bearer ")).toBe(1);
    expect(wasm.number("startsWith", "Bear", "Bearer")).toBe(0);
    expect(wasm.number("startsWith", "", "")).toBe(1);
  });

  it("finds what indexOf finds in lower case", () => {
    const random = new Random();
    console.log(`seed ${String(random.seed)}`);
    const text = (most: number) => Array.from({ length: random.below(most) }, () => random.pick([..."aAbBé"])).join("");
    let found = 0;
    for (let i = 0; i < 5_000; i++) {
      const [whole, part] = [text(20), text(5)];
      const expected = lower(whole).indexOf(lower(part));
      expect(wasm.number("indexOf", whole, part), `${whole} ${part}`).toBe(expected);
      if (expected > 0) found++;
      if (i % 1000 === 0) wasm.collect();
    }
    expect(found).toBeGreaterThan(500);
  });

  it("finds a part of half a million characters in a text of a million that nearly matches everywhere", () => {
    const work = (size: number): number =>
      wasm.work(() => {
        expect(wasm.number("indexOf", "a".repeat(size), `${"A".repeat(size / 2)}b`)).toBe(-1);
      });
    expect(work(1_000_000)).toBeLessThan(11 * work(100_000));
  });
});

describe("matchesGlob", () => {
  it.each([
    ["", "", true],
    ["", "a", false],
    ["*", "", true],
    ["*", "a/b.c", true],
    ["**", "a", true],
    ["?", "", false],
    ["?", "a", true],
    ["?", "é", true],
    ["?", "\u{1f600}", true],
    ["??", "\u{1f600}", false],
    ["?", "\udcff", true],
    ["*?", "\u{1f600}", true],
    ["a*c", "abbc", true],
    ["a*c", "abcb", false],
    ["*.example.com", "a.b.example.com", true],
    ["*.example.com", "example.com", false],
    ["/api/v?/*", "/api/v1/", true],
    ["/api/v?/*", "/api/v10/", false],
    ["*ab*ab", "abab", true],
    ["*ab*ab", "aab", false],
    ["A", "a", false],
    ["[a]", "[a]", true],
    ["\\*", "\\x", true],
  ])("%j and %j: %j", (pattern, text, expected) => {
    expect(wasm.number("matches", pattern, text)).toBe(Number(expected));
  });

  it("agrees with a regular expression", () => {
    const random = new Random();
    console.log(`seed ${String(random.seed)}`);
    const of = (characters: string, most: number) =>
      Array.from({ length: random.below(most) }, () => random.pick([...characters])).join("");
    let matched = 0;
    for (let i = 0; i < 10_000; i++) {
      const [pattern, text] = [of("ab*?\u{1f600}", 8), of("ab\u{1f600}", 10)];
      const regex = new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`, "su");
      expect(wasm.number("matches", pattern, text), `${pattern} ${text}`).toBe(Number(regex.test(text)));
      if (regex.test(text)) matched++;
      if (i % 1000 === 0) wasm.collect();
    }
    expect(matched).toBeGreaterThan(500);
  });

  it("needs no more time for many stars", () => {
    const work = (stars: number): number =>
      wasm.work(() => {
        expect(wasm.number("matches", `${"*a".repeat(stars)}*b`, "a".repeat(100_000))).toBe(0);
      });
    expect(work(30)).toBeLessThan(1.1 * work(1));
  });
});
