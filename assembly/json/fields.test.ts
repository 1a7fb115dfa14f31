import { beforeAll, describe, expect, it } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { Fields, Json } from "./assembly/json";

    let fields: Fields = Json.missing().fields();
    export function parse(text: string): void { fields = Json.parse(text).fields(); }
    export function parseMissing(): void { fields = Json.parse("{}").get("x").fields(); }
    export function error(): string { return fields.error ? fields.error!.message : ""; }

    export function text(name: string): string { return fields.string(name, "default"); }
    export function textOrEmpty(name: string): string { return fields.string(name); }
    export function yes(name: string): bool { return fields.bool(name, true); }
    export function no(name: string): bool { return fields.bool(name); }
    export function int(name: string): i32 { return fields.i32(name, -7); }
    export function intIn(name: string, min: i32, max: i32): i32 { return fields.i32(name, 1000, min, max); }
    export function long(name: string): i64 { return fields.i64(name, -7); }
    export function longIn(name: string, min: i64, max: i64): i64 { return fields.i64(name, 0, min, max); }
    export function float(name: string): f64 { return fields.f64(name, -7.5); }
    export function floatIn(name: string, min: f64, max: f64): f64 { return fields.f64(name, -7.5, min, max); }
    export function floatFrom(name: string, min: f64): f64 { return fields.f64(name, -7.5, min); }
    export function texts(name: string): string { return fields.strings(name).join("|"); }
    export function mode(name: string): string { return fields.oneOf(name, "auto", ["on", "off", "é"]); }
    export function rawOf(name: string): string { return fields.json(name).raw(); }
    export function has(name: string): bool { return fields.has(name); }
    export function required(name: string): string { return fields.required(name).string(name); }
    export function fail(name: string, message: string): void { fields.fail(name, message); }
    export function enter(name: string): void { fields = fields.object(name); }
    export function count(name: string): i32 { return fields.array(name).length; }
    export function element(name: string, i: i32): void { fields = fields.array(name)[i]; }

    // Reads a whole tree and leaves \`fields\` at its root.
    export function tree(): string {
      const limit = fields.object("limit");
      const burst = limit.i32("burst", 10, 1, 100);
      const keys = fields.array("keys");
      let names = "";
      for (let i = 0; i < keys.length; i++) names += keys[i].required("name").string("name") + keys[i].object("more").string("x") + ";";
      return burst.toString() + " " + names;
    }
  `);
});

const error = (): string => wasm.string("error");

describe("string", () => {
  it.each([
    ['{"a":"x"}', "x", ""],
    ['{"a":""}', "", ""],
    ['{"a":"\\u00e9\\n"}', "é\n", ""],
    ["{}", "default", ""],
    ['{"a":null}', "default", ""],
    ['{"b":"x"}', "default", ""],
    ['{"a":1}', "default", "a: expected string, got 1"],
    ['{"a":true}', "default", "a: expected string, got true"],
    ['{"a":{}}', "default", "a: expected string, got object"],
    ['{"a":[]}', "default", "a: expected string, got array"],
    ['{"a":"x","a":"y"}', "default", "a: duplicate key"],
    ['{"a":"x","\\u0061":"y"}', "default", "a: duplicate key"],
    ['{"a":"x","a":null}', "default", "a: duplicate key"],
    ['{"b":1,"b":2,"a":"x"}', "x", ""],
    ['{"b":{"a":"y"},"a":"x"}', "x", ""],
  ])("%s", (json, value, message) => {
    wasm.number("parse", json);
    expect([wasm.string("text", "a"), error()]).toEqual([value, message]);
  });

  it('has "" as its default', () => {
    wasm.number("parse", "{}");
    expect(wasm.string("textOrEmpty", "a")).toBe("");
  });
});

describe("bool", () => {
  it.each([
    ['{"a":true}', 1, 1, ""],
    ['{"a":false}', 0, 0, ""],
    ["{}", 1, 0, ""],
    ['{"a":null}', 1, 0, ""],
    ['{"a":"true"}', 1, 0, 'a: expected boolean, got "true"'],
    ['{"a":1}', 1, 0, "a: expected boolean, got 1"],
  ])("%s", (json, yes, no, message) => {
    wasm.number("parse", json);
    expect([wasm.number("yes", "a"), wasm.number("no", "a"), error()]).toEqual([yes, no, message]);
  });
});

describe("i32", () => {
  const RANGE = "a: expected integer from -2147483648 to 2147483647, got ";
  it.each([
    ["5", 5, ""],
    ["-5", -5, ""],
    ["0", 0, ""],
    ["-0", 0, ""],
    ["-0.0", 0, ""],
    ["0e99999999999999999999", 0, ""],
    ["1e2", 100, ""],
    ["1E+2", 100, ""],
    ["100.0", 100, ""],
    ["1.5e1", 15, ""],
    ["1e+06", 1_000_000, ""],
    ["0.00001e6", 10, ""],
    ["12300e-2", 123, ""],
    ["2147483647", 2147483647, ""],
    ["-2147483648", -2147483648, ""],
    ["2147483648", -7, `${RANGE}2147483648`],
    ["-2147483649", -7, `${RANGE}-2147483649`],
    ["4294967297", -7, `${RANGE}4294967297`],
    ["18446744073709551617", -7, `${RANGE}18446744073709551617`],
    ["1.5", -7, `${RANGE}1.5`],
    ["12345e-2", -7, `${RANGE}12345e-2`],
    ["1e-1", -7, `${RANGE}1e-1`],
    ["1e400", -7, `${RANGE}1e400`],
    ["1e-400", -7, `${RANGE}1e-400`],
    ["1e99999999999999999999", -7, `${RANGE}1e99999999999999999999`],
    ["1.00000000000000000000000000000000000000000001", -7, `${RANGE}1.00000000000000000000000000000000000000…`],
    ['"5"', -7, `${RANGE}"5"`],
    ["true", -7, `${RANGE}true`],
    ["null", -7, ""],
  ])("%s", (json, value, message) => {
    wasm.number("parse", `{"a":${json}}`);
    expect([wasm.number("int", "a"), error()]).toEqual([value, message]);
  });

  it.each([
    [0, "a: expected integer from 1 to 100, got 0"],
    [1, ""],
    [100, ""],
    [101, "a: expected integer from 1 to 100, got 101"],
    [-50, "a: expected integer from 1 to 100, got -50"],
  ])("%d from 1 to 100", (value, message) => {
    wasm.number("parse", `{"a":${String(value)}}`);
    expect([wasm.number("intIn", "a", 1, 100), error()]).toEqual([message ? 1000 : value, message]);
  });
});

describe("i64", () => {
  const RANGE = "a: expected integer from -9223372036854775808 to 9223372036854775807, got ";
  it.each([
    ["9223372036854775807", 2n ** 63n - 1n],
    ["-9223372036854775808", -(2n ** 63n)],
    ["9007199254740993", 9007199254740993n],
    ["9223372036854775807.000", 2n ** 63n - 1n],
    ["9.223372036854775807e18", 2n ** 63n - 1n],
    ["922337203685477580700e-2", 2n ** 63n - 1n],
    ["9223372036854775808", null],
    ["-9223372036854775809", null],
    ["9.3e18", null],
    ["9999999999999999999", null],
    ["18446744073709551616", null],
    ["1e19", null],
    ["1e20", null],
  ])("%s", (json, value) => {
    wasm.number("parse", `{"a":${json}}`);
    expect([wasm.bigint("long", "a"), error()]).toEqual(value === null ? [-7n, RANGE + json] : [value, ""]);
  });

  it("checks the range of i64, not of i32", () => {
    wasm.number("parse", '{"a":9007199254740994}');
    expect(wasm.bigint("longIn", "a", 0n, 9007199254740993n)).toBe(0n);
    expect(error()).toBe("a: expected integer from 0 to 9007199254740993, got 9007199254740994");
  });
});

describe("f64", () => {
  it.each([
    ["1.5", 1.5, ""],
    ["1e308", 1e308, ""],
    ["0.1", 0.1, ""],
    ["1e-400", 0, ""],
    ["null", -7.5, ""],
    ["1e400", -7.5, "a: expected finite number, got 1e400"],
    ["-1e400", -7.5, "a: expected finite number, got -1e400"],
    ['"1"', -7.5, 'a: expected finite number, got "1"'],
  ])("%s", (json, value, message) => {
    wasm.number("parse", `{"a":${json}}`);
    expect([wasm.number("float", "a"), error()]).toEqual([value, message]);
  });

  it("names the range in its error", () => {
    wasm.number("parse", '{"a":2}');
    expect(wasm.number("floatIn", "a", 0, 2)).toBe(2);
    expect(wasm.number("floatIn", "a", -0.25, 1.5)).toBe(-7.5);
    expect(error()).toBe("a: expected number from -0.25 to 1.5, got 2");
    wasm.number("parse", '{"a":-1}');
    expect(wasm.number("floatFrom", "a", 0)).toBe(-7.5);
    expect(error()).toBe("a: expected finite number from 0, got -1");
  });
});

describe("strings", () => {
  it.each([
    ['["a","b\\n",""]', "a|b\n|", ""],
    ["[]", "", ""],
    ["null", "", ""],
    ['"a"', "", 'keys: expected array, got "a"'],
    ['["a","b",3,"c",true]', "a|b|c", "keys[2]: expected string, got 3"],
    ['["a",null]', "a", "keys[1]: expected string, got null"],
  ])("%s", (json, value, message) => {
    wasm.number("parse", `{"keys":${json}}`);
    expect([wasm.string("texts", "keys"), error()]).toEqual([value, message]);
  });
});

describe("oneOf", () => {
  it.each([
    ['"on"', "on", ""],
    ['"\\u00e9"', "é", ""],
    ["null", "auto", ""],
    ['"ON"', "auto", 'mode: expected "on" or "off" or "é", got "ON"'],
    ['"auto"', "auto", 'mode: expected "on" or "off" or "é", got "auto"'],
    ["1", "auto", 'mode: expected "on" or "off" or "é", got 1'],
    [`"${"€".repeat(20)}"`, "auto", `mode: expected "on" or "off" or "é", got "${"€".repeat(13)}…`],
  ])("%s", (json, value, message) => {
    wasm.number("parse", `{"mode":${json}}`);
    expect([wasm.string("mode", "mode"), error()]).toEqual([value, message]);
  });
});

describe("json, has, required, fail", () => {
  it("json returns the value as it is", () => {
    wasm.number("parse", '{"a":[1, 2],"n":null,"d":1,"d":2}');
    expect(wasm.string("rawOf", "a")).toBe("[1, 2]");
    expect(wasm.string("rawOf", "n")).toBe("null");
    expect(wasm.string("rawOf", "x")).toBe("");
    expect(error()).toBe("");
    expect(wasm.string("rawOf", "d")).toBe("");
    expect(error()).toBe("d: duplicate key");
  });

  it("has returns whether a field exists and is not null", () => {
    wasm.number("parse", '{"a":false,"n":null}');
    expect(["a", "n", "x"].map((name) => wasm.number("has", name))).toEqual([1, 0, 0]);
    expect(error()).toBe("");
  });

  it.each([
    ['{"a":"x"}', "x", ""],
    ['{"a":""}', "", ""],
    ['{"a":null}', "", "a: required, but absent"],
    ["{}", "", "a: required, but absent"],
    ['{"a":1}', "", "a: expected string, got 1"],
  ])("required in %s", (json, value, message) => {
    wasm.number("parse", json);
    expect([wasm.string("required", "a"), error()]).toEqual([value, message]);
  });

  it("fail adds errors of the plugin, and the first is kept", () => {
    wasm.number("parse", '{"o":{}}');
    wasm.number("enter", "o");
    wasm.number("fail", "", "must not be empty");
    wasm.number("fail", "a", "too late");
    expect(error()).toBe("o: must not be empty");
    wasm.number("parse", "{}");
    wasm.number("fail", "", "no");
    expect(error()).toBe("no");
  });
});

describe("a tree", () => {
  it.each([
    ['{"limit":{"burst":5},"keys":[{"name":"a"},{"name":"b","more":{"x":"y"}}]}', "5 a;by;", ""],
    ["{}", "10 ", ""],
    ['{"limit":null,"keys":null}', "10 ", ""],
    ['{"limit":{"burst":0},"keys":[{}]}', "10 ;", "limit.burst: expected integer from 1 to 100, got 0"],
    ['{"limit":[]}', "10 ", "limit: expected object, got array"],
    ['{"limit":{"burst":1,"burst":2}}', "10 ", "limit.burst: duplicate key"],
    ['{"keys":{}}', "10 ", "keys: expected array, got object"],
    ['{"keys":[{"name":"a"},{}]}', "10 a;;", "keys[1].name: required, but absent"],
    ['{"keys":[{"name":"a"},3]}', "10 a;;", "keys[1]: expected object, got 3"],
    ['{"keys":[null]}', "10 ;", "keys[0]: expected object, got null"],
    ['{"keys":[{"name":"a","more":{"x":1}}]}', "10 a;", "keys[0].more.x: expected string, got 1"],
  ])("%s", (json, value, message) => {
    wasm.number("parse", json);
    expect([wasm.string("tree"), error()]).toEqual([value, message]);
  });

  it("shares its error with the objects that were read from it", () => {
    wasm.number("parse", '{"keys":[{"a":1}],"b":2}');
    wasm.number("element", "keys", 0);
    expect(wasm.string("text", "a")).toBe("default");
    expect(error()).toBe("keys[0].a: expected string, got 1");
  });
});

describe("the root", () => {
  it.each([
    ["{}", ""],
    ["null", ""],
    ["[]", "expected object, got array"],
    ["3", "expected object, got 3"],
    ['"x"', 'expected object, got "x"'],
    ["", "unexpected end at byte 0"],
    ['{"a"}', 'unexpected character "}" at byte 4'],
  ])("%j", (json, message) => {
    wasm.number("parse", json);
    expect([wasm.string("text", "a"), error()]).toEqual(["default", message]);
  });

  it("has no fields and no error if it is missing", () => {
    wasm.number("parseMissing");
    expect([wasm.string("text", "a"), wasm.number("count", "a"), error()]).toEqual(["default", 0, ""]);
  });
});
