import { beforeAll, describe, expect, it } from "vitest";
import { document, path } from "../../../tests/json/cases.js";
import { compileCounting, type Instance } from "../../../tests/support/assembly.js";
import { NIGHTLY } from "../../../tests/support/nightly.js";
import { Random } from "../../../tests/support/random.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileCounting(`
    import { Json } from "./assembly/json";
    let json: Json = Json.missing();
    export function parse(text: string): void { json = Json.parse(text); }
    export function lines(text: string): void { json = Json.parseLines(text); }
    export function get(path: string): string { return json.get(path).raw(); }
    export function query(path: string): string { return json.query(path).raw(); }
    export function exists(path: string): bool { return json.query(path).exists(); }
    export function error(): string { const error = json.error; return error !== null ? error.message : ""; }
    export function pages(): i32 { return memory.size(); }
  `);
});

// tests/json/cases.test.ts compares with gjson.
describe("query", () => {
  it.each([
    "a.#(",
    'a.#(b=="x',
    'a.#(b=="\\q")',
    "{a",
    "[a]b",
    "!bad",
    "!nan",
    `${"@this|".repeat(1_000)}a`,
    "#(".repeat(500) + ")".repeat(500),
    "[".repeat(500) + "a" + "]".repeat(500),
    `${"[@this]|".repeat(300)}@this`,
  ])("finds nothing at %s", (path) => {
    wasm.number("parse", '{"a":[1,{"b":"x"}],"bad":1}');
    expect(wasm.number("exists", path)).toBe(0);
  });

  it("reads paths of get as get does", () => {
    const random = new Random();
    console.log(`seed ${String(random.seed)}`);
    const parts = ["a", "b", "0", "1", "*", "a*", "#", "name", "?", "a\\.b", "x y"];
    for (let i = 0; i < 2_000; i++) {
      const path = Array.from({ length: 1 + random.below(4) }, () => random.pick(parts)).join(".");
      const text = document(random, true);
      wasm.number("parse", text);
      expect([text, path, wasm.string("query", path)]).toEqual([text, path, wasm.string("get", path)]);
      if (i % 500 === 0) wasm.collect();
    }
  });

  it("never traps on random paths", () => {
    const random = new Random();
    for (let i = 0; i < (NIGHTLY ? 100_000 : 3_000); i++) {
      const whole = path(random);
      const at = random.below(whole.length);
      wasm.number("parse", document(random, true));
      wasm.string(
        "query",
        whole.slice(0, at) + random.pick(["(", "[", "{", '"', "\\", "|", "\ud800", "@", "!"]) + whole.slice(at),
      );
      if (i % 500 === 0) wasm.collect();
    }
  });

  it.each([
    "#(a>5)#.a",
    "#(a>5)#|#",
    "@reverse",
    '{"a":#.a}|@group',
    "@flatten",
    "@join",
    "@keys",
    "#.{a}",
    "@dig:a",
    '#(a%"*1*1*")#',
  ])("applies %s to 50,000 elements in linear time, with at most 40 times their memory", (path) => {
    const work = (length: number): number => {
      const text = JSON.stringify(Array.from({ length }, (_, a) => ({ a })));
      wasm.collect();
      const before = wasm.number("pages");
      wasm.number("parse", text);
      const work = wasm.work(() => expect(wasm.string("query", path)).not.toBe(""));
      expect((wasm.number("pages") - before) * 65_536).toBeLessThan(40 * text.length);
      wasm.collect();
      return work;
    };
    expect(work(50_000)).toBeLessThan(11 * work(5_000));
  });

  it("limits the size of a result", () => {
    wasm.number("parse", JSON.stringify(["x".repeat(1_000_000)]));
    expect(wasm.number("exists", `[${"@this,".repeat(30)}@this]`)).toBe(0);
    wasm.collect();
  });

  it.each([
    ["strings in strings", '"' + "\\\\".repeat(10_000) + '"', "@tostr|".repeat(20)],
    ["many results", JSON.stringify(["x".repeat(1_000_000)]), "@reverse|".repeat(400)],
    ["many results for each element", JSON.stringify(Array(100_000).fill([])), `#.${"@keys|".repeat(600)}`],
  ])("limits the memory of a path: %s", (_, text, path) => {
    wasm.collect();
    const before = wasm.number("pages");
    wasm.number("parse", text);
    expect(wasm.number("exists", `${path}@this`)).toBe(0);
    wasm.collect();
    expect((wasm.number("pages") - before) * 65_536).toBeLessThan(512 * 1024 * 1024);
  });

  it("limits results inside each other", () => {
    const work = (depth: number): number => {
      const text = '{"a":'.repeat(depth) + `"${"x".repeat(500_000)}"` + "}".repeat(depth);
      wasm.number("parse", text);
      const work = wasm.work(() => expect(wasm.number("exists", "@dig:a")).toBe(0));
      wasm.collect();
      return work;
    };
    expect(work(200)).toBeLessThan(1.1 * work(50));
  });
});

describe("parseLines", () => {
  it.each([
    ['{"a":1}\n{"a":2}\n', "#.a", "[1,2]"],
    ["1\n\n2 3", "@this", "[1,2,3]"],
    ["", "@this", "[]"],
    ['{"a":1}{"a":2}', "1.a", "2"],
  ])("%j at %s is %s", (text, path, expected) => {
    wasm.number("lines", text);
    expect(wasm.string("query", path)).toBe(expected);
  });

  it("names the byte that is not JSON", () => {
    wasm.number("lines", '{"a":1}\n{"a"\n');
    expect(wasm.string("error")).toBe("unexpected end at byte 13");
  });
});
