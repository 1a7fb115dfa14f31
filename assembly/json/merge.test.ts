import { beforeAll, describe, expect, it } from "vitest";
import { document } from "../../tests/json/cases.js";
import { compileCounting, type Instance } from "../../tests/support/assembly.js";
import { Random } from "../../tests/support/random.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileCounting(`
    import { compactJson, Json, mergeJson, prettyJson } from "./assembly/json";
    export function merge(target: string, patch: string): string {
      return mergeJson(Json.parse(target), Json.parse(patch)).raw();
    }
    export function mergeMissing(): bool { return mergeJson(Json.parse("1"), Json.missing()).exists(); }
    export function pretty(text: string): string { return prettyJson(Json.parse(text)); }
    export function compact(text: string): string { return compactJson(Json.parse(text)); }
    export function prettyMissing(): string { return prettyJson(Json.missing()) + compactJson(Json.missing()); }
  `);
});

/** RFC 7396, section 2. */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const isObject = typeof target === "object" && target !== null && !Array.isArray(target);
  const result = new Map<string, unknown>(isObject ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, merged(result.get(key), value));
  }
  return Object.fromEntries(result);
}

describe("mergeJson", () => {
  // RFC 7396, appendix A.
  it.each([
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', "{}"],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['["a","b"]', '["c","d"]', '["c","d"]'],
    ['{"a":"b"}', '["c"]', '["c"]'],
    ['{"a":"foo"}', "null", "null"],
    ['{"a":"foo"}', '"bar"', '"bar"'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ["[1,2]", '{"a":"b","c":null}', '{"a":"b"}'],
    ["{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
    // Bytes that stay, and equal keys.
    ['{ "a" : 1e2, "b": [ 1 ] }', '{"c":1}', '{"a" : 1e2,"b": [ 1 ],"c":1}'],
    ['{"a":1,"a":2,"b":3}', '{"a":9}', '{"a":9,"b":3}'],
    ['{"a":1,"a":2,"b":3}', '{"a":null}', '{"b":3}'],
    ["{}", '{"a":1,"a":2}', '{"a":1}'],
    ["{}", '{"a":null,"a":1}', "{}"],
    ["", '{"a":{"b":null}}', '{"a":{}}'],
  ])("%s with %s is %s", (target, patch, expected) => expect(wasm.string("merge", target, patch)).toBe(expected));

  it("returns a missing value for a missing patch", () => expect(wasm.number("mergeMissing")).toBe(0));

  it("merges random values as RFC 7396 says", () => {
    const random = new Random();
    console.log(`seed ${String(random.seed)}`);
    for (let i = 0; i < 2_000; i++) {
      // Without members of equal keys.
      const text = (): string => JSON.stringify(JSON.parse(document(random, true)));
      const [target, patch] = [text(), text()];
      const expected = merged(JSON.parse(target), JSON.parse(patch));
      expect([target, patch, JSON.parse(wasm.string("merge", target, patch))]).toEqual([target, patch, expected]);
      if (i % 500 === 0) wasm.collect();
    }
  });

  it("merges 20,000 members in linear time", () => {
    const work = (length: number): number => {
      const object = (value: number): string =>
        JSON.stringify(Object.fromEntries(Array.from({ length }, (_, i) => [`k${String(i)}`, value])));
      const work = wasm.work(() => expect(wasm.string("merge", object(1), object(2)) === object(2)).toBe(true));
      wasm.collect();
      return work;
    };
    expect(work(20_000)).toBeLessThan(11 * work(2_000));
  });
});

describe("prettyJson", () => {
  it.each([
    ["{}", "{}\n"],
    ["[1,2,[3]]", "[1, 2, [3]]\n"],
    ['{"a":[1,{"b":[]}]}', '{\n  "a": [\n    1,\n    {\n      "b": []\n    }\n  ]\n}\n'],
  ])("formats %s", (text, expected) => expect(wasm.string("pretty", text)).toBe(expected));

  it("returns a value without white space if its text would be longer than 16 MiB", () => {
    const text = "[".repeat(200) + '{"a":1},'.repeat(100_000) + "1" + "]".repeat(200);
    expect(wasm.string("pretty", text) === text).toBe(true);
    wasm.collect();
  });

  it("is empty for a missing value", () => expect(wasm.string("prettyMissing")).toBe(""));
});

describe("compactJson", () => {
  it("drops white space outside strings only", () => {
    expect(wasm.string("compact", ' { "a b" : [ 1e2 ,\n"\\" " ] } ')).toBe('{"a b":[1e2,"\\" "]}');
  });
});
