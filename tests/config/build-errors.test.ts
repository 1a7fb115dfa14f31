import { stripVTControlCharacters } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { compileConfigClass } from "./config-class.js";

// A class that the transform cannot use fails the build at the field, with file, line and excerpt.

/** The messages of asc about a source, with the source's line, and the text that each points to. */
async function errorsOf(source: string) {
  const { output } = await compileConfigClass(source);
  const found = [
    ...stripVTControlCharacters(output.text).matchAll(
      /ERROR \w+: (.*)\n\s*:\n\s*(\d+) │ (.*)\n\s*│ (\s*)(~+)[^]*?└─ in (\S+)\(/g,
    ),
  ];
  return found.map(([, message, number, line, spaces, marks, file]) => {
    const from = spaces!.length;
    return { message, line: Number(number) - 1, at: line!.slice(from, from + marks!.length), file };
  });
}

const expected =
  "expected a number, bool, string, enum, Json, a class marked with @config, or an array or Map<string, …> of these; @ignore leaves the field out";

/** A field, which is the line of a class, the message, and the text that the message points to. */
const FIELDS: [name: string, field: string, message: string, at: string][] = [
  ["a function", "f: () => void = () => {};", `a configuration cannot have a function; ${expected}`, "() => void"],
  ["a Set", "f: Set<string> = new Set();", `a configuration cannot have Set; ${expected}`, "Set<string>"],
  [
    "a Map with other keys",
    "f: Map<i32, i32> = new Map();",
    `a configuration cannot have a Map whose keys are no strings; ${expected}`,
    "Map<i32, i32>",
  ],
  [
    "a class without @config",
    "f: Plain = new Plain();",
    `a configuration cannot have Plain, which is not marked with @config; ${expected}`,
    "Plain",
  ],
  [
    "an element of such a class",
    "f: Plain[] = [];",
    `a configuration cannot have Plain, which is not marked with @config; ${expected}`,
    "Plain[]",
  ],
  ["a readonly field", "readonly f: i32 = 1;", "f is readonly, so the configuration cannot set it", "f"],
  ["@minLength for a number", "/** @minLength 1 */ f: i32 = 1;", "@minLength is not for an integer", "f"],
  ["@minimum for a string", '/** @minimum 1 */ f: string = "";', "@minimum is not for a string", "f"],
  [
    "@items for a number",
    "/** @items.minimum 1 */ f: i32 = 1;",
    "@items.minimum: the field is an integer, expected an array",
    "f",
  ],
  ["a limit that is no number", "/** @minimum one */ f: i32 = 1;", '@minimum: expected an integer, got "one"', "f"],
  ["a fraction for an integer", "/** @maximum 1.5 */ f: i32 = 1;", '@maximum: expected an integer, got "1.5"', "f"],
  [
    "an empty range",
    "/** @minimum 5 @maximum 4 */ f: i32 = 1;",
    "no value is allowed: the smallest is 5, the largest 4",
    "f",
  ],
  [
    "limits in the wrong order",
    '/** @minLength 5 @maxLength 4 */ f: string = "";',
    "@minLength 5 is above @maxLength 4",
    "f",
  ],
  ["a pattern that is none", '/** @pattern ( */ f: string = "";', "@pattern: Unterminated group", "f"],
  ["a pattern with a lookahead", '/** @pattern (?=a) */ f: string = "";', "@pattern: (?= is not supported", "f"],
  [
    "a format that is unknown",
    '/** @format ip */ f: string = "";',
    '@format: expected date, date-time, email, hostname, ipv4, ipv6, uri, uuid, got "ip"',
    "f",
  ],
  [
    "@format with @pattern",
    '/** @format ipv4 @pattern ^1 */ f: string = "";',
    "@format and @pattern: use one of the two",
    "f",
  ],
  ["a keyword that is not supported", "/** @multipleOf 5 */ f: i32 = 5;", "@multipleOf is not supported", "f"],
  ["a tag with a typo", "/** @minimun 5 */ f: i32 = 5;", "@minimun is unknown; did you mean @minimum?", "f"],
  ["another typo", "/** @requird */ f: i32 = 5;", "@requird is unknown; did you mean @required?", "f"],
  [
    "@uniqueItems of objects",
    "/** @uniqueItems */ f: Config[] = [];",
    "@uniqueItems is for arrays of strings, numbers, booleans and enums",
    "f",
  ],
  [
    "a scope that is unknown",
    "/** @scope ROUTE */ f: i32 = 5;",
    '@scope: expected GLOBAL or INSTANCE, got "ROUTE"',
    "f",
  ],
  [
    "an enum with a computed value",
    "f: Computed = Computed.A;",
    "the value of an enum's member in a configuration must be an integer literal",
    "1 << 3",
  ],
  ["an enum with equal names", "f: Same = Same.A;", 'two members have the value "B"', "Same"],
  [
    "validate with a parameter",
    "f: i32 = 1; validate(x: i32): Error | null { return null; }",
    "validate: expected validate(): Error | null",
    "validate",
  ],
];

/** Other sources. */
const SOURCES: [source: string, message: string, at: string][] = [
  [
    "@config class Config { constructor(public a: i32) {} }",
    "@config: the SDK makes the objects, so the constructor must have no parameters",
    "constructor",
  ],
  ["@config class Config { /** @name g */ f: i32 = 1; g: i32 = 2; }", 'two fields have the name "g"', "Config"],
  [
    "@config class Config extends Plain { a: i32 = 1; }",
    "Plain is not marked with @config: its fields would not be read",
    "Plain",
  ],
  [
    "@config class G<T> { a: i32 = 1; }\n@config class Config { b: i32 = 1; }",
    "@config: a configuration class cannot be generic",
    "G",
  ],
  [
    "/** @additionalProperties no */\n@config class Config { b: i32 = 1; }",
    '@additionalProperties: expected true or false, got "no"',
    "Config",
  ],
  ["@config(1) class Config { b: i32 = 1; }", "@config takes no arguments: write @config", "@config(1)"],
];

const HEAD = `class Plain { b: i32 = 1; }
enum Computed { A = 1 << 3 }
enum Same { A = 0, /** @value B */ B2 = 1, B = 2 }
`;

describe("the build fails at", () => {
  let errors: Awaited<ReturnType<typeof errorsOf>>;
  beforeAll(async () => {
    // A class for each field, all in one build.
    const classes = FIELDS.map(([, field], i) => `@config class Config${i === 0 ? "" : i} { ${field} }`);
    errors = await errorsOf(HEAD + classes.join("\n"));
  });
  const file = "assembly/index.ts";

  it.each(FIELDS)("%s", (_, field, message, at) => {
    const line = HEAD.split("\n").length + FIELDS.findIndex((it) => it[1] === field);
    // The errors of an enum are at the enum.
    const found = errors.filter(
      (error) => error.line === line || (error.line === 2 && at === "1 << 3") || (error.line === 3 && at === "Same"),
    );
    expect(found[0]).toMatchObject({ message, at, file });
  });

  it.each(SOURCES)("%s", async (source, message, at) => {
    expect((await errorsOf(`${HEAD}${source}`))[0]).toMatchObject({ message, at, file });
  });
});
