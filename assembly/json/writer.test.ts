import { beforeAll, describe, expect, it } from "vitest";
import { parseJson } from "../../sdk/testing/message/json.js";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";
import { Random } from "../../tests/support/random.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { Json, JsonWriter, quote } from "./assembly/json";

    export function quoted(text: string): string { return quote(text); }

    let writer = new JsonWriter();
    export function begin(): void { writer = new JsonWriter(); }
    export function text(): string { return writer.toString(); }
    // Each character of a script is one call.
    export function run(script: string): string {
      const json = new JsonWriter();
      for (let i = 0; i < script.length; i++) {
        const c = script.charAt(i);
        if (c == "{") json.beginObject();
        else if (c == "}") json.endObject();
        else if (c == "[") json.beginArray();
        else if (c == "]") json.endArray();
        else if (c == "k") json.key("k" + i.toString());
        else if (c == "s") json.string("a\\"b");
        else if (c == "i") json.i64(i64.MIN_VALUE);
        else if (c == "f") json.f64(0.5);
        else if (c == "t") json.bool(true);
        else if (c == "n") json.null();
        else if (c == "r") json.raw(Json.parse(' {"x": [1]} '));
        else if (c == "m") json.raw(Json.missing());
      }
      return json.toString();
    }
    export function number(value: f64): string { return new JsonWriter().f64(value).toString(); }
    export function rawOf(bytes: ArrayBuffer): string { return new JsonWriter().raw(Json.parseBytes(bytes)).toString(); }
    export function deep(depth: i32): string {
      const json = new JsonWriter();
      for (let i = 0; i < depth; i++) json.beginArray();
      return json.toString();
    }
    export function example(): string {
      return new JsonWriter().beginObject().key("code").i64(401).key("why").string("no key").endObject().toString();
    }
    export function continued(): string {
      const json = new JsonWriter().beginArray().i64(1);
      return json.toString() + json.i64(2).toString();
    }
    export function strings(a: string, b: string): string {
      return new JsonWriter().beginObject().key(a).string(b).endObject().toString();
    }
  `);
});

describe("quote", () => {
  it.each([
    ["", '""'],
    ["a", '"a"'],
    ['"\\/', '"\\"\\\\/"'],
    ["\b\f\n\r\t", '"\\b\\f\\n\\r\\t"'],
    ["\u0000\u0001\u000b\u001f", '"\\u0000\\u0001\\u000b\\u001f"'],
    ["\u007f\u2028\u2029é€😀", '"\u007f\u2028\u2029é€😀"'],
    ["\ud800", '"\ufffd"'],
    ["a\udc80\ud83d😀", '"a\ufffd\ufffd😀"'],
  ])("%j", (text, expected) => expect(wasm.string("quoted", text)).toBe(expected));

  it("writes random texts that JSON.parse reads unchanged", () => {
    const random = new Random();
    console.log(`seed ${String(random.seed)}`);
    for (let i = 0; i < 5_000; i++) {
      const unit = (): string =>
        String.fromCharCode(random.below(random.pick([0x30, 0x80, 0x10000])) | random.pick([0, 0xd800]));
      const [a, b] = [0, 0].map(() => Array.from({ length: random.below(10) }, unit).join("")) as [string, string];
      const wellFormed = (text: string): string => Buffer.from(text).toString();
      expect(JSON.parse(wasm.string("quoted", a))).toBe(wellFormed(a));
      expect(Object.entries(parseJson(wasm.string("strings", a, b)) as object)).toEqual([
        [wellFormed(a), wellFormed(b)],
      ]);
      if (i % 500 === 0) wasm.collect();
    }
  });

  it("quotes a megabyte", () => {
    const text = "a\u0001€".repeat(350_000);
    expect(JSON.parse(wasm.string("quoted", text)) === text).toBe(true);
    wasm.collect();
  });
});

describe("JsonWriter", () => {
  it("writes the example of its docstring", () => expect(wasm.string("example")).toBe('{"code":401,"why":"no key"}'));
  it("can write more after toString", () => expect(wasm.string("continued")).toBe("[1][1,2]"));

  it.each([
    ["{}", "{}"],
    ["[]", "[]"],
    ["[[],{},[]]".replaceAll(",", ""), "[[],{},[]]"],
    ["[sifnt]", '["a\\"b",-9223372036854775808,0.5,null,true]'],
    ["{kskiktkn}", '{"k1":"a\\"b","k3":-9223372036854775808,"k5":true,"k7":null}'],
    ["{k[tt]k{kt}}", '{"k1":[true,true],"k6":{"k8":true}}'],
    ["[rm]", '[{"x": [1]},null]'],
    ["s", '"a\\"b"'],
  ])("%s", (script, expected) => expect(wasm.string("run", script)).toBe(expected));

  it.each([
    ["", "null", "nothing written"],
    ["[{k[", '[{"k2":[]}]', "open ends"],
    ["[t", "[true]", "an open array"],
    ["{k", "{}", "a key without a value"],
    ["{kt}k", '{"k1":true}', "a key at the end"],
    ["{t}", '{"":true}', "a value without a key"],
    ["{[t]}", '{"":[true]}', "an array without a key"],
    ["{ktt}", '{"k1":true,"":true}', "a second value for a key"],
    ["{kkt}", '{"k2":true}', "two keys"],
    ["[kt]", "[true]", "a key in an array"],
    ["kt", "true", "a key at the top"],
    ["[}]", "[]", "an end that does not match"],
    ["{]}", "{}", "an end that does not match"],
    ["]}t", "true", "an end at the start"],
    ["tt", "true", "a second value at the top"],
    ["t[t]{kt}", "true", "containers after the value at the top"],
    ["[]]]}[]", "[]", "more ends than begins"],
  ])("the calls %s write %s: %s", (script, expected) => expect(wasm.string("run", script)).toBe(expected));

  it("writes valid JSON for 5,000 random scripts", () => {
    const random = new Random();
    for (let i = 0; i < 5_000; i++) {
      const script = Array.from({ length: random.below(25) }, () => random.pick([..."{}[]ksiftnrm{[k"])).join("");
      const text = wasm.string("run", script);
      expect(() => JSON.parse(text) as unknown, `${script}: ${text}`).not.toThrow();
      if (i % 500 === 0) wasm.collect();
    }
  });

  it.each([
    [0, "0"],
    [-0, "-0"],
    [1, "1"],
    [0.1, "0.1"],
    [-1.5, "-1.5"],
    [1e21, "1000000000000000000000"],
    [1e-7, "0.0000001"],
    [5e-324, `0.${"0".repeat(323)}5`],
    [NaN, "null"],
    [Infinity, "null"],
    [-Infinity, "null"],
  ])("writes the number %d", (value, expected) => expect(wasm.string("number", value)).toBe(expected));

  it("writes random numbers that JSON.parse reads unchanged", () => {
    const random = new Random();
    const bits = new BigUint64Array(1);
    for (let i = 0; i < 1_000; i++) {
      bits[0] = (BigInt(random.below(2 ** 32)) << 32n) | BigInt(random.below(2 ** 32));
      const value = new Float64Array(bits.buffer)[0] as number;
      expect(JSON.parse(wasm.string("number", value))).toBe(Number.isFinite(value) ? value : null);
      if (i % 200 === 0) wasm.collect();
    }
  });

  it("replaces bytes that are not UTF-8 by U+FFFD in raw values", () => {
    expect(wasm.string("rawOf", Buffer.from('{"a":"\xe9€"}', "latin1"))).not.toContain("\udce9");
    expect(wasm.string("rawOf", Buffer.concat([Buffer.from('"a'), Buffer.of(0xe9), Buffer.from('"')]))).toBe(
      '"a\ufffd"',
    );
  });

  it("nests 100,000 arrays", () => {
    expect(wasm.string("deep", 100_000)).toBe("[".repeat(100_000) + "]".repeat(100_000));
  });
});
