import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { broken, columns, hasColors, paint, pluginColor, sizeChangeText, sizeText, startProgress } from "./index.js";

const terminal = { isTTY: true };
const pipe = {};

beforeEach(() => {
  for (const name of ["NO_COLOR", "FORCE_COLOR", "CI"]) vi.stubEnv(name, undefined);
  vi.stubEnv("TERM", "xterm-256color");
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

describe("colours", () => {
  test("appear on a terminal and not in a pipe", () => {
    expect(paint("red", "no", terminal)).toBe("\x1b[31mno\x1b[39m");
    expect(paint(["bold", "red"], "no", terminal)).toContain("\x1b[1m");
    expect(paint("red", "no", pipe)).toBe("no");
  });

  test.each([
    [{ NO_COLOR: "1" }, false, false],
    [{ NO_COLOR: "" }, true, false],
    [{ FORCE_COLOR: "1" }, true, true],
    [{ FORCE_COLOR: "0" }, false, false],
    [{ FORCE_COLOR: "1", NO_COLOR: "1" }, true, true],
    [{ TERM: "dumb" }, false, false],
  ])("with %j", (variables, onTerminal, inPipe) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    expect([hasColors(terminal), hasColors(pipe)]).toEqual([onTerminal, inPipe]);
  });

  test("of a plugin depend on its name only", () => {
    const names = ["jwt-auth", "key-auth", "cors", "ai-proxy", "basic-auth", "custom-response", "é", ""];
    expect(names.map(pluginColor)).toEqual(names.map(pluginColor));
    expect(new Set(names.map(pluginColor)).size).toBeGreaterThan(3);
  });
});

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KB"],
  [25_135, "24.5 KB"],
  [1024 * 1024 - 1, "1.0 MB"],
  [5 * 1024 ** 3, "5.0 GB"],
  [5 * 1024 ** 4, "5120.0 GB"],
])("%d bytes read as %s", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

test("a change of size has a sign", () => {
  expect([307, 0, -2048].map(sizeChangeText)).toEqual(["+307 B", "0 B", "-2.0 KB"]);
});

test("rows and lines that are wider than the terminal are broken between words", () => {
  const rows = [
    ["1.", "auth", "built from ."],
    ["2.", "\x1b[31mlimit\x1b[39m", "x"],
  ];
  expect(columns(rows, "  ", 25)).toEqual(columns(rows, "  "));
  expect(columns(rows, "  ", 15)).toEqual(["  1. auth built\n    from .", "  2.  \x1b[31mlimit\x1b[39m  x"]);
  expect(broken("GET a.org/path 200", 10)).toBe("GET\n  a.org/path\n  200");
  expect(broken("GET a.org/path 200", 18)).toBe("GET a.org/path 200");
  expect(broken("GET a.org/path 200", undefined)).toBe("GET a.org/path 200");
});

test("columns are as wide as their widest cell, colours left aside", () => {
  const rows = [["a", "first"], [paint("red", "bcd", terminal), "second", ""], ["e"]];
  expect(columns(rows, "  ")).toEqual(["  a    first", "  \x1b[31mbcd\x1b[39m  second", "  e"]);
});

describe("progress", () => {
  const screen = (isTTY: boolean) => {
    const written: string[] = [];
    return { isTTY, written, write: (text: string) => written.push(text) };
  };

  test("appears after a second and vanishes at the end", () => {
    vi.useFakeTimers();
    const output = screen(true);
    const end = startProgress("building", output);
    vi.advanceTimersByTime(999);
    expect(output.written).toEqual([]);
    vi.advanceTimersByTime(1201);
    expect(output.written.at(0)).toBe("\r\x1b[K- building 1 s");
    expect(output.written.at(-1)).toBe("\r\x1b[K| building 2 s");
    end();
    expect(output.written.at(-1)).toBe("\r\x1b[K");
    const { length } = output.written;
    vi.advanceTimersByTime(5000);
    expect(output.written).toHaveLength(length);
  });

  test("stays away when the work is short, and in a pipe", () => {
    vi.useFakeTimers();
    const [short, pipe] = [screen(true), screen(false)];
    startProgress("building", short)();
    startProgress("building", pipe);
    vi.advanceTimersByTime(5000);
    expect([...short.written, ...pipe.written]).toEqual([]);
  });
});
