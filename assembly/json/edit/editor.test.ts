import { beforeAll, describe, expect, it } from "vitest";
import { document } from "../../../tests/json/cases.js";
import { compileCounting, type Instance } from "../../../tests/support/assembly.js";
import { NIGHTLY } from "../../../tests/support/nightly.js";
import { Random } from "../../../tests/support/random.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileCounting(`
    import { Json, JsonEditor } from "./assembly/json";
    let edit: JsonEditor = JsonEditor.parse("");
    export function begin(text: string): void { edit = JsonEditor.parse(text); }
    export function beginBytes(bytes: ArrayBuffer): void { edit = JsonEditor.parseBytes(bytes); }
    export function text(): string { return edit.text(); }
    export function bytes(): ArrayBuffer { return edit.bytes(); }
    let given = new ArrayBuffer(0);
    export function give(): void { given = edit.bytes(); }
    export function givenBytes(): ArrayBuffer { return given; }
    export function spoil(byte: u8): void { store<u8>(changetype<usize>(given), byte); }
    export function read(path: string): string { return edit.json().get(path).raw(); }
    export function query(path: string): string { return edit.query(path).raw(); }
    export function queryMany(path: string, count: i32): void { for (let i = 0; i < count; i++) edit.query(path); }
    export function error(): string { const error = edit.error; return error !== null ? error.message : ""; }
    export function setString(path: string, value: string): void { edit.set(path, value); }
    export function setBool(path: string, value: bool): void { edit.set(path, value); }
    export function setI32(path: string, value: i32): void { edit.set(path, value); }
    export function setI64(path: string, value: i64): void { edit.set(path, value); }
    export function setU64(path: string, value: u64): void { edit.set(path, value); }
    export function setF64(path: string, value: f64): void { edit.set(path, value); }
    export function setNoString(path: string): void { const none: string | null = null; edit.set(path, none); }
    export function setNull(path: string): void { edit.setNull(path); }
    export function setRaw(path: string, value: string): void { edit.setRaw(path, value); }
    export function setJson(path: string, bytes: ArrayBuffer): void { edit.set(path, Json.parseBytes(bytes)); }
    export function setMissing(path: string): void { edit.set(path, Json.missing()); }
    export function remove(path: string): void { edit.delete(path); }
    export function replace(path: string, value: i32): void { edit.replace(path, value); }
    export function loop(count: i32): void {
      for (let i = 0; i < count; i++) edit.set("m." + i.toString() + ".role", "x").delete("m." + i.toString() + ".n");
    }
    export function pages(): i32 { return memory.size(); }
  `);
});

function edited(text: string, name: string, ...args: (string | number | bigint)[]): string {
  wasm.number("begin", text);
  wasm.number(name, ...args);
  expect(wasm.string("error")).toBe("");
  return wasm.string("text");
}

describe("set", () => {
  it.each([
    ['{"a":1}', "a", '{"a":9}'],
    [' { "a" : 1 , "b": [ 1,2 ] } ', "b.1", ' { "a" : 1 , "b": [ 1,9 ] } '],
    [' { "a" : 1 } ', "b.c.1", ' { "a" : 1 ,"b":{"c":[null,9]}} '],
    ["[1, 2 ]", "-1", "[1, 2 ,9]"],
    ["[1, 2 ]", "3", "[1, 2 ,null,9]"],
    ["[]", "-1.a", '[{"a":9}]'],
    ["", "a.b", '{"a":{"b":9}}'],
    ["", "1", "[null,9]"],
    ["5", "a", '{"a":9}'],
    ['{"a":5}', "a.0", '{"a":[9]}'],
    ["{}", "a.:1", '{"a":{"1":9}}'],
    ["{}", "a\\.b", '{"a.b":9}'],
    ["{}", "a\\#.b", '{"a#":{"b":9}}'],
    ['{"a":1,"a":2}', "a", '{"a":9,"a":2}'],
    ['{"\\u0061":1}', "a", '{"\\u0061":9}'],
    ['{"é":1}', "é", '{"é":9}'],
    ["{}", 'q"', '{"q\\"":9}'],
  ])("%s at %s becomes %s", (text, path, expected) => expect(edited(text, "setI32", path, 9)).toBe(expected));

  it.each([
    ["setString", 'é"\n<', '"é\\"\\n<"'],
    ["setBool", 1, "true"],
    ["setBool", 0, "false"],
    ["setI64", -(2n ** 63n), "-9223372036854775808"],
    ["setU64", 2n ** 64n - 1n, "18446744073709551615"],
    ["setU64", 7n, "7"],
    ["setF64", 1e21, "1000000000000000000000"],
    ["setF64", 0.1, "0.1"],
    ["setRaw", " [1, 2] ", "[1, 2]"],
  ])("%s(%s) writes %s", (name, value, expected) => {
    expect(edited("{}", name, "a", value)).toBe(`{"a":${expected}}`);
  });

  it("writes null", () => {
    expect(edited("[1]", "setNull", "0")).toBe("[null]");
    expect(edited("[1]", "setNoString", "0")).toBe("[null]");
  });

  it("keeps bytes that are not UTF-8, in the text and in a Json", () => {
    const text = Buffer.from('{"k\xff":"\xe9","b":1}', "latin1");
    wasm.number("beginBytes", text);
    wasm.number("setJson", "b", Buffer.from('["\xfe"]', "latin1"));
    expect(Buffer.from(wasm.bytes("bytes")).toString("latin1")).toBe('{"k\xff":"\xe9","b":["\xfe"]}');
  });
});

describe("delete", () => {
  it.each([
    [' { "a" : 1 , "b" : 2 } ', "a", ' { "b" : 2 } '],
    [' { "a" : 1 , "b" : 2 } ', "b", ' { "a" : 1  } '],
    ["[1, 2, 3]", "0", "[ 2, 3]"],
    ["[1, 2, 3]", "-1", "[1, 2]"],
    ["[[1],[2]]", "-1.0", "[[1],[]]"],
    ["[1]", "5", "[1]"],
    ["[]", "-1", "[]"],
    ['{"-1":1}', "-1", "{}"],
    ["5", "a", "5"],
    ["", "a", ""],
  ])("%s without %s is %s", (text, path, expected) => expect(edited(text, "remove", path)).toBe(expected));
});

describe("replace", () => {
  it.each([
    [' [{"a":1}, {"a":22},{}] ', "#.a", ' [{"a":9}, {"a":9},{}] '],
    ['[{"a":1},{"a":2}]', "#(a==2).a", '[{"a":1},{"a":9}]'],
    ['[{"a":1},{"a":2}]', "#(a>0)#.a", '[{"a":9},{"a":9}]'],
    ['{"ab":1,"ac":2}', "a*", '{"ab":9,"ac":2}'],
    ['{"a":{"b":1}}', "a|b", '{"a":{"b":9}}'],
    ["[1]", "#", "[1]"],
    ["[1]", "@reverse", "[1]"],
    ['[{"a":[{"b":1}]}]', "#.a.#.b", '[{"a":[{"b":1}]}]'],
    ["[1]", "5", "[1]"],
  ])("%s at %s becomes %s", (text, path, expected) => expect(edited(text, "replace", path, 9)).toBe(expected));
});

describe("error", () => {
  it.each([
    ["{}", "", "expected path, got empty string"],
    ["{}", "a.#.b", 'a.#.b: expected names and indexes, got "#"; write "\\#" for the character'],
    ["[]", "a", 'a: expected index of an array, got "a"'],
    ["[]", ":1", ':1: expected index of an array, got "1"'],
    ["[]", "1025", "1025: index too far behind the end of the array"],
    ["{}", "a.99999999999999999999", "a.99999999999999999999: index too far behind the end of the array"],
    ["{", "a", "unexpected end at byte 1"],
  ])("of %s at %j is %s", (text, path, message) => {
    wasm.number("begin", text);
    wasm.number("setI32", path, 9);
    expect(wasm.string("error")).toBe(message);
    expect(wasm.string("text")).toBe(text);
  });

  it.each([["setF64", NaN], ["setF64", -Infinity], ["setMissing"]])("%s(%s) has no JSON", (name, ...args) => {
    wasm.number("begin", "{}");
    wasm.number(name, "a", ...args);
    expect(wasm.string("error")).toBe("a: expected a value that JSON has");
    expect(wasm.string("text")).toBe("{}");
  });

  it("names the byte at which a raw value is not JSON", () => {
    wasm.number("begin", "{}");
    wasm.number("setRaw", "a", "[1,");
    expect(wasm.string("error")).toBe("a: unexpected end at byte 3");
  });

  it("is the first error; later edits still count", () => {
    wasm.number("begin", "[]");
    wasm.number("setI32", "a", 1);
    wasm.number("setI32", "b", 1);
    wasm.number("setI32", "0", 1);
    expect(wasm.string("error")).toMatch(/^a: /);
    expect(wasm.string("text")).toBe("[1]");
  });

  it("is set for a path of more than 256 parts", () => {
    wasm.number("begin", "");
    wasm.number("setI32", "a.".repeat(100_000), 1);
    expect(wasm.string("error")).toMatch(/nesting deeper than 256$/);
  });
});

it("reads the present value", () => {
  wasm.number("begin", ' {"a":[1]} ');
  wasm.number("setI32", "a.-1", 2);
  expect(wasm.string("read", "a")).toBe("[1,2]");
});

describe("query", () => {
  it("reads the present value between edits, in the whole syntax of gjson", () => {
    wasm.number("begin", ' {"a":[{"b":1},{"b":2}],"c":"x"} ');
    expect(wasm.string("query", "a.#(b>1).b")).toBe("2");
    wasm.number("setI32", "a.1.b", 3);
    expect(wasm.string("query", "a.#.b")).toBe("[1,3]");
    expect(wasm.string("query", "@this")).toBe('{"a":[{"b":1},{"b":3}],"c":"x"}');
    wasm.number("remove", "a.0");
    expect(wasm.string("query", "a")).toBe('[{"b":3}]');
    wasm.number("replace", "a.#.b", 4);
    expect(wasm.string("query", "a.0.b")).toBe("4");
    expect(wasm.string("query", "none")).toBe("");
    expect(wasm.string("text")).toBe(' {"a":[{"b":4}],"c":"x"} ');
  });

  it.each(["", " ", "{", "[1] x"])("finds nothing in %j", (text) => {
    wasm.number("begin", text);
    expect(wasm.string("query", "0")).toBe("");
    expect(wasm.string("query", "@this")).toBe("");
  });

  it("does not copy the text", () => {
    wasm.number("begin", JSON.stringify({ a: "x".repeat(1_000_000), b: 1 }));
    wasm.collect();
    const before = wasm.number("pages");
    wasm.number("queryMany", "b", 100);
    expect(wasm.number("pages") - before).toBeLessThan(16);
  });
});

describe("many edits of one text", () => {
  const PARTS = ["a", "b", "0", "1", "2", "3", "-1", "name"];

  it("have the results of editors for each edit", () => {
    const random = new Random();
    console.log(`seed ${String(random.seed)}`);
    for (let round = 0; round < (NIGHTLY ? 5_000 : 300); round++) {
      let expected = document(random, random.below(2) === 0);
      const edits = Array.from({ length: 8 }, () => ({
        name: random.pick(["setI32", "setI32", "setRaw", "remove", "replace"]),
        path: Array.from({ length: 1 + random.below(3) }, () => random.pick(PARTS)).join("."),
        raw: document(random, false, 3),
      }));
      edits.sort((x, y) => (round % 2 === 0 ? (x.path < y.path ? -1 : 1) : 0));
      const args = (edit: (typeof edits)[0]): [string, ...(string | number)[]] =>
        edit.name === "remove" ? [edit.path] : [edit.path, edit.name === "setRaw" ? edit.raw : 7];
      const text = expected;
      for (const edit of edits) {
        wasm.number("begin", expected);
        wasm.number(edit.name, ...args(edit));
        expected = wasm.string("text");
      }
      wasm.number("begin", text);
      for (const edit of edits) {
        if (random.below(4) === 0) wasm.number("give");
        wasm.number(edit.name, ...args(edit));
      }
      expect([text, edits, wasm.string("text")]).toEqual([text, edits, expected]);
      expect(() => JSON.parse(expected) as unknown).not.toThrow();
      if (round % 50 === 0) wasm.collect();
    }
  });

  it("take linear time for 20,000 elements of an array", () => {
    const work = (length: number): number => {
      wasm.number(
        "begin",
        JSON.stringify({ m: Array.from({ length }, (_, n) => ({ n, role: "user", content: "c" })) }),
      );
      const work = wasm.work(() => wasm.number("loop", length));
      const m = Array.from({ length }, () => ({ role: "x", content: "c" }));
      expect(wasm.string("text") === JSON.stringify({ m })).toBe(true);
      wasm.collect();
      return work;
    };
    expect(work(20_000)).toBeLessThan(11 * work(2_000));
  });
});

describe("the result of bytes", () => {
  it("does not change when the editor is used again", () => {
    wasm.number("begin", '{"a":1}');
    wasm.number("give");
    wasm.number("setI32", "a", 2);
    wasm.number("setI32", "b", 3);
    expect(Buffer.from(wasm.bytes("givenBytes")).toString()).toBe('{"a":1}');
    expect([wasm.string("text"), wasm.string("read", "b"), wasm.string("error")]).toEqual(['{"a":2,"b":3}', "3", ""]);
    wasm.number("give");
    expect([wasm.string("query", "b"), Buffer.from(wasm.bytes("bytes")).toString()]).toEqual(["3", '{"a":2,"b":3}']);
  });

  it("is checked when the editor is used again, since the plugin may have changed it", () => {
    wasm.number("begin", '{"a":1}');
    wasm.number("give");
    wasm.number("spoil", 0x5b);
    wasm.number("setI32", "a", 2);
    expect(wasm.string("error")).toMatch(/byte/);
    expect(wasm.string("text")).toBe('["a":1}');
  });
});

it("edits a megabyte with at most 3.5 times its memory, in linear time", () => {
  const text = (b: number, size: number) => Buffer.from(JSON.stringify({ a: "é".repeat(size / 2), b }));
  const work = (size: number): number =>
    wasm.work(() => {
      wasm.number("beginBytes", text(1, size));
      wasm.number("setI32", "b", 2);
      expect(Buffer.from(wasm.bytes("bytes")).equals(text(2, size))).toBe(true);
    });
  const tenth = work(100_000);
  wasm.collect();
  wasm.number("begin", "");
  const before = wasm.number("pages");
  expect(work(1_000_000)).toBeLessThan(11 * tenth);
  // Copying the bytes into the module counts, too.
  expect((wasm.number("pages") - before) * 65_536).toBeLessThan(3_500_000);
});

it("never traps on random paths", () => {
  const random = new Random();
  const parts = ["a", "0", "-1", ":", ".", "\\", "#", "*", "@", "|", "é", "\ud800", "9999", "(", '"', "{"];
  for (let i = 0; i < (NIGHTLY ? 100_000 : 3_000); i++) {
    const path = Array.from({ length: random.below(9) }, () => random.pick(parts)).join("");
    wasm.number("begin", document(random, true));
    wasm.number(random.pick(["setI32", "replace"]), path, 1);
    wasm.number("remove", path);
    expect(() => JSON.parse(wasm.string("text")) as unknown).not.toThrow();
    if (i % 500 === 0) wasm.collect();
  }
});

it("reads a path with many escaped characters in linear time", () => {
  const work = (size: number): number => {
    wasm.number("begin", "{}");
    const work = wasm.work(() => wasm.number("setI32", "\\.a".repeat(size), 1));
    wasm.collect();
    return work;
  };
  expect(work(20_000)).toBeLessThan(11 * work(2_000));
});
