import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { compileCounting, type Instance } from "../../tests/support/assembly.js";
import { Random } from "../../tests/support/random.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileCounting(`
    import { Json } from "./assembly/json";
    let at: Json = Json.missing();
    export function get(text: string, path: string): void { at = Json.parse(text).get(path); }
    export function literal(text: string, key: string): void { at = Json.parse(text).at(key); }
    export function firstOf(text: string, a: string, b: string): void { at = Json.parse(text).firstOf([a, b]); }
    export function firstOfNone(text: string): void { at = Json.parse(text).firstOf([]); }
    export function exists(): bool { return at.exists(); }
    export function as_string(): string { return at.string(); }
    export function as_bool(): bool { return at.bool(); }
    export function as_i32(): i32 { return at.i32(); }
    export function as_i64(): i64 { return at.i64(); }
    export function as_f64(): f64 { return at.f64(); }
    export function f64Bits(): i64 { return reinterpret<i64>(at.f64()); }
    export function raw(): string { return at.raw(); }
    export function typeName(): string { return at.typeName(); }
    export function types(): i32 {
      return (at.isObject() ? 1 : 0) | (at.isArray() ? 2 : 0) | (at.isString() ? 4 : 0) | (at.isNumber() ? 8 : 0)
        | (at.isBool() ? 16 : 0) | (at.isNull() ? 32 : 0);
    }
    export function arrayLength(): i32 { return at.array().length; }
    export function entries(): i32 { return at.entries().length; }
    export function entryKey(i: i32): string { return at.entries()[i].key; }
    export function entryRaw(i: i32): string { return at.entries()[i].value.raw(); }
    export function keepsBytes(bytes: ArrayBuffer): string {
      const json = Json.parseBytes(bytes);
      memory.fill(changetype<usize>(bytes), 0x78, bytes.byteLength);
      return json.raw();
    }
  `);
});

/** The results of gjson 1.18.0: path, Exists, String, Bool, Int, bits of Float, len(Array), key and Raw of ForEach, Raw. */
type Row = [string, boolean, string, boolean, string, string, number, [string, string][], string];

const CASES = JSON.parse(readFileSync(new URL("gjson-cases.json", import.meta.url), "utf8")) as {
  json: string;
  results: Row[];
}[];

function read(json: string, path: string): Row {
  wasm.number("get", json, path);
  const bits = BigInt.asUintN(64, wasm.bigint("f64Bits")).toString(16);
  const entries = Array.from({ length: wasm.number("entries") }, (_, i): [string, string] => [
    wasm.string("entryKey", i),
    wasm.string("entryRaw", i),
  ]);
  return [
    path,
    wasm.number("exists") === 1,
    wasm.string("as_string"),
    wasm.number("as_bool") === 1,
    wasm.bigint("as_i64").toString(),
    Number.isNaN(wasm.number("as_f64")) ? "nan" : bits,
    wasm.number("arrayLength"),
    entries,
    wasm.string("raw"),
  ];
}

/** Our results for a case in which gjson's result depends on the processor or on a bug. */
function ours([path, exists, string, bool, int, float, ...rest]: Row): Row {
  const number = new Float64Array(new BigUint64Array([BigInt(float === "nan" ? 0 : `0x${float}`)]).buffer)[0] as number;
  // An f64 outside the range of i64 becomes the smallest i64 in Go on amd64, and the nearest i64 here. (Plain digits wrap
  // in both.)
  if (/^-?\d.*[.eE]/.test(rest[2]) && number >= 2 ** 63) int = (2n ** 63n - 1n).toString();
  // strconv.ParseFloat returns a number together with an error, and gjson ignores the error.
  if (string === "1_000") float = "0";
  return [path, exists, string, bool, int, float, ...rest];
}

describe("returns the results of gjson", () => {
  it("has more than 600 cases", () => expect(CASES.flatMap((each) => each.results).length).toBeGreaterThan(600));

  it.each(CASES)("$json", ({ json, results }) => {
    for (const expected of results) expect(read(json, expected[0])).toEqual(ours(expected));
  });
});

describe("get", () => {
  const DOC = '{"a":[{"b":1},{"b":2}],"x":{"y":1},"@this":"name","[0]":3,"{x}":4,"!a":5,"a|b":6}';

  it.each([
    "a.#(b==1)",
    "a.#(b==1)#.b",
    "a|0",
    "a.0|b",
    "[a,x]",
    "{a,x}",
    "x.{y}",
    "x.[y]",
    "!a",
    '!"x"',
    "..0",
    "..",
    "a.#(",
    "a.#[b=1]",
  ])("returns a missing value for unsupported syntax: %s", (path) => {
    wasm.number("get", DOC, path);
    expect(wasm.number("exists")).toBe(0);
  });

  it("reads a modifier as a name", () => {
    wasm.number("get", DOC, "@this");
    expect(wasm.string("as_string")).toBe("name");
  });

  it("never traps on random paths", () => {
    const random = new Random();
    const parts = ["a", "b", "x", ".", "#", "*", "?", "\\", "|", "(", "0", "1", "@", "", "é", "\ud800", "{", "["];
    for (let i = 0; i < 5_000; i++) {
      const path = Array.from({ length: random.below(10) }, () => random.pick(parts)).join("");
      wasm.number("get", DOC, path);
      wasm.string("as_string");
    }
    wasm.collect();
  });

  it("reads 20,000 elements by # in linear time", () => {
    const work = (length: number): number => {
      const json = JSON.stringify(Array.from({ length }, (_, i) => ({ a: `value ${String(i)}` })));
      const work = wasm.work(() => {
        wasm.number("get", json, "#.a");
        expect(wasm.number("arrayLength")).toBe(length);
      });
      wasm.collect();
      return work;
    };
    expect(work(20_000)).toBeLessThan(11 * work(2_000));
  });

  it("matches a pattern of many stars in linear time", () => {
    const work = (size: number): number =>
      wasm.work(() => {
        wasm.number("get", JSON.stringify({ ["a".repeat(size)]: 1 }), `${"*a".repeat(50)}b`);
        expect(wasm.number("exists")).toBe(0);
      });
    expect(work(10_000)).toBeLessThan(11 * work(1_000));
  });
});

describe("at", () => {
  it.each([
    ['{"a.b":1,"a":{"b":2}}', "a.b", "1"],
    ['{"*":1,"a":2}', "*", "1"],
    ['{"a":1,"a":2}', "a", "1"],
    ['{"\\u0061":1}', "a", "1"],
    ['{"é":1}', "é", "1"],
    ['{"\\ud83d\\ude00":1}', "😀", "1"],
    ['{"":1}', "", "1"],
    ['{"ab":1,"a":2}', "a", "2"],
    ['{"a":1,"ab":2}', "ab", "2"],
    ["[1]", "0", ""],
    ['"a"', "a", ""],
  ])("%s at %s is %s", (json, key, raw) => {
    wasm.number("literal", json, key);
    expect(wasm.string("raw")).toBe(raw);
  });
});

describe("types", () => {
  it.each([
    ["{}", "object", 1],
    ["[]", "array", 2],
    ['""', "string", 4],
    ["-1", "number", 8],
    ["0", "number", 8],
    ["true", "boolean", 16],
    ["false", "boolean", 16],
    ["null", "null", 32],
  ])("the type of %s is %s", (json, name, bit) => {
    wasm.number("literal", `{"a":${json}}`, "a");
    expect([wasm.string("typeName"), wasm.number("types")]).toEqual([name, bit]);
    wasm.number("literal", `{"a":${json}}`, "b");
    expect([wasm.string("typeName"), wasm.number("types")]).toEqual(["missing", 0]);
  });
});

describe("numbers", () => {
  it.each([
    ["2147483647", 2147483647],
    ["2147483648", 2147483647],
    ["-2147483649", -2147483648],
    ["1e300", 2147483647],
    ["-1e300", -2147483648],
    ["1.9", 1],
    ["-1.9", -1],
    ['"7"', 7],
  ])("i32 of %s is %d", (json, expected) => {
    wasm.number("get", `[${json}]`, "0");
    expect(wasm.number("as_i32")).toBe(expected);
  });

  it("reads lone escaped surrogates as U+FFFD and keeps the text after them", () => {
    wasm.number("get", '["\\ud800\\u0041\\udc80\\ud83dx\\ud83d\\ud83d\\ude00"]', "0");
    expect(wasm.string("as_string")).toBe("\ufffdA\ufffd\ufffdx\ufffd😀");
  });

  /** Formats a number with the digits of JavaScript's String(), without an exponent. */
  function plain(value: number): string {
    const [, sign, digits, exponent] = /^(-?)([\d.]+)(?:e([+-]\d+))?$/.exec(
      Object.is(value, -0) ? "-0" : String(value),
    ) as unknown as string[];
    const [whole = "", fraction = ""] = (digits as string).split(".");
    const point = whole.length + Number(exponent ?? 0);
    const all = (whole + fraction)
      .padEnd(point, "0")
      .padStart(whole.length + fraction.length - Math.min(point - 1, 0), "0");
    const at = Math.max(point, 1);
    return (sign as string) + all.slice(0, at) + (all.length > at ? `.${all.slice(at)}` : "");
  }

  it("reads and prints random numbers as JavaScript does", () => {
    const random = new Random();
    console.log(`seed ${String(random.seed)}`);
    const digits = (n: number): string => Array.from({ length: n }, () => String(random.below(10))).join("");
    const bits = new BigUint64Array(1);
    for (let i = 0; i < 4_000; i++) {
      let text: string;
      if (i % 4 === 0)
        text = `${String(1 + random.below(9))}.${digits(1 + random.below(20))}e${String(random.below(700) - 350)}`;
      else if (i % 4 === 1) text = `${random.pick(["", "-"])}0.${digits(1 + random.below(400))}`;
      else if (i % 4 === 2)
        text = `${String(1 + random.below(9))}${digits(random.below(30))}.${digits(1 + random.below(3))}`;
      else {
        bits[0] = BigInt.asUintN(64, (BigInt(random.below(2 ** 32)) << 32n) | BigInt(random.below(2 ** 32)));
        const value = new Float64Array(bits.buffer)[0] as number;
        if (!Number.isFinite(value)) continue;
        // 17 digits, or all digits of the integer.
        text = random.below(2) ? value.toExponential(16) : `${BigInt(Math.trunc(value) || 1).toString()}.0`;
      }
      wasm.number("get", `[${text}]`, "0");
      const expected = Number(text);
      expect([text, wasm.number("as_f64")]).toEqual([text, expected]);
      if (Number.isFinite(expected)) expect([text, wasm.string("as_string")]).toEqual([text, plain(expected)]);
      expect([text, wasm.number("as_bool")]).toEqual([text, Number(expected !== 0)]);
      if (i % 500 === 0) wasm.collect();
    }
  });

  it("rounds a number halfway between two f64 to even, however many digits it has", () => {
    const half = 9007199254740993n; // Between 2^53 and 2^53 + 2.
    for (const [tail, expected] of [
      ["", 2 ** 53],
      [".0", 2 ** 53],
      [`.${"0".repeat(2_000)}1`, 2 ** 53 + 2],
      [`.${"0".repeat(2_000)}`, 2 ** 53],
    ] as const) {
      wasm.number("get", `[${half.toString()}${tail}]`, "0");
      expect(wasm.number("as_f64")).toBe(expected);
    }
    // All 767 digits of the f64 below the smallest normal number, and numbers slightly above it.
    const exact = ((2n ** 52n - 1n) * 5n ** 1074n).toString().padStart(1074, "0");
    const above = ((2n ** 53n - 1n) * 5n ** 1075n).toString().padStart(1075, "0");
    for (const [text, expected] of [
      [`0.${exact}`, 2.225073858507201e-308],
      [`0.${above}`, 2.2250738585072014e-308],
      [`0.${above}1`, 2.2250738585072014e-308],
      [`0.${above.slice(0, -1)}4${"9".repeat(50)}`, 2.225073858507201e-308],
    ] as const) {
      wasm.number("get", `[${text}]`, "0");
      expect([text, wasm.number("as_f64")]).toEqual([text, Number(text)]);
      expect(Number(text)).toBe(expected);
    }
  });
});

it("keeps its own copy of the bytes", () => {
  expect(wasm.string("keepsBytes", Buffer.from(' {"a":1} '))).toBe('{"a":1}');
});

describe("firstOf", () => {
  it.each([
    ["a", "b.0", "1"],
    ["x", "b.0", "2"],
    ["n", "a", "null"],
    ["x", "b.9", ""],
  ])("finds the first of %s and %s", (a, b, raw) => {
    wasm.number("firstOf", '{"a":1,"b":[2],"n":null}', a, b);
    expect(wasm.string("raw")).toBe(raw);
  });

  it("finds nothing without paths, and in a text that is not JSON", () => {
    wasm.number("firstOfNone", "{}");
    expect(wasm.number("exists")).toBe(0);
    wasm.number("firstOf", "{", "a", "b");
    expect(wasm.number("exists")).toBe(0);
  });
});
