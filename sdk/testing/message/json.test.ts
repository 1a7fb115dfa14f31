import { describe, expect, it } from "vitest";
import { parseJson } from "./json.js";

describe("parseJson", () => {
  it.each([
    "null",
    '"\\u00e9\\n"',
    " [ ] ",
    "{}",
    '{"\\n":{}}',
    '[1,-0,1.5e3,true,false,null,"\\\\",[],{"a":[{"b":"\\""}]},"]}"]',
    '{"a":{"b":[{"\\u0041":1},"x\\ty"],"c":null},"d":"{\\"e\\":1}"}',
    '{"b\\n":1,"a":2,"b\\n":3,"1":4}',
    '{"__proto__":{"a":1},"\\n":2}',
    '{"\\ud83d\\ude00":"\\ud800","😀":"\u2028"}',
    '\t{ "\\/" : [ 1 , 2 ] ,\r\n "b" : "" }\n',
  ])("parses %s as JSON.parse does", (text) => {
    const expected: unknown = JSON.parse(text);
    expect(parseJson(text)).toStrictEqual(expected);
    expect(JSON.stringify(parseJson(text))).toBe(JSON.stringify(expected));
  });

  it("keeps __proto__ as a member", () => {
    const parsed = parseJson('{"__proto__":{"\\n":1}}') as object;
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect(Object.keys(parsed)).toEqual(["__proto__"]);
  });

  it.each([
    ['{"one":1,"\\\\":2}', '{"one":1,"\\u0000":2}', "\u0000"],
    ['{"two":1,"\\\\":2}', '{"two":1,"\\"":2}', '"'],
    ['{"three":1,"\\\\u":2}', '{"three":1,"\\u0001\\u0002":2}', "\u0001\u0002"],
  ])("reads the last key of %s and then of %s", (first, second, key) => {
    parseJson(first);
    expect(Object.keys(parseJson(second) as object)[1]).toBe(key);
  });

  it("parses a text of a megabyte with an escape", () => {
    const value = { "\n": "x€\n".repeat(250_000), deep: '"'.repeat(100_000) };
    expect(parseJson(JSON.stringify(value))).toEqual(value);
    const deep = "[".repeat(100_000) + '"\\n"' + "]".repeat(100_000);
    expect(Array.isArray(parseJson(deep))).toBe(true);
  });

  it.each(["", "[1,]", '{"a"}', '"\\x"', "\\"])("throws the SyntaxError of JSON.parse for %j", (text) => {
    const error = (parse: (text: string) => unknown): unknown => {
      try {
        return parse(text);
      } catch (thrown) {
        return thrown;
      }
    };
    expect(error(parseJson)).toEqual(error(JSON.parse));
    expect(error(parseJson)).toBeInstanceOf(SyntaxError);
  });
});
