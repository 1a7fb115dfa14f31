import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseYaml } from "./parse-yaml.js";

/** What sigs.k8s.io/yaml 1.6 makes of a document. */
interface RecordedCase {
  yaml: string;
  json?: string;
  error?: true;
}

const recorded = JSON.parse(
  readFileSync(new URL("../../../tests/data/kubernetes-yaml.json", import.meta.url), "utf8"),
) as RecordedCase[];

/** The value of the first document. */
function read(text: string): unknown {
  return parseYaml(text, "x.yaml")[0]?.value;
}

function failure(text: string): string {
  try {
    read(text);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`no error for ${JSON.stringify(text)}`);
}

describe("reads like Go's sigs.k8s.io/yaml", () => {
  test.each(recorded.filter(({ error }) => !error))("$yaml", ({ yaml, json }) => {
    expect(read(yaml)).toEqual(JSON.parse(json ?? ""));
  });

  test.each(recorded.filter(({ error }) => error))("rejects $yaml", ({ yaml }) => {
    expect(() => read(yaml)).toThrow(/^x\.yaml:\d+: /);
  });
});

test.each<[text: string, value: unknown]>([
  // Words and numbers of YAML 1.1.
  ["[n, N, no, off, OFF, False]", [false, false, false, false, false, false]],
  ["[yES, oN, nULL, tRUE]", ["yES", "oN", "nULL", "tRUE"]],
  ["[~, Null, '']", [null, null, ""]],
  ["[0b101, -0b11, 0o17, 0O17, 0X1f, +017]", [5, -3, 15, 15, 31, 15]],
  ["[0b+1, .5_1, 1_, _1, 08, 0x_F]", [1, 0.51, 1, "_1", 8, 15]],
  ["[1e3, 1.e3, +.5, 1e, 1e+, 0x1p3]", [1000, 1000, 0.5, "1e", "1e+", "0x1p3"]],
  ["[-9223372036854775809, 1e-400]", [-(2 ** 63), 0]],
  ["[1.2.3, 1:30, 12:30:45.5, 2001-12-14T21:59:43Z]", ["1.2.3", "1:30", "12:30:45.5", "2001-12-14T21:59:43Z"]],
  // Tags.
  ["[!!str 017, !!str , !!float 3, !!int 0x1F, !!null ~]", ["017", "", 3, 31, null]],
  ["[!custom 5, ! 5, ! y, !<tag:yaml.org,2002:int> 5]", ["5", "5", "y", 5]],
  ["!!binary aGVsbG8=", "hello"],
  ["!!binary wyg=", "\ufffd("],
  // Keys become strings.
  ["{1: a, 1.5: b, 1e6: c, true: d, 0x10: e}", { 1: "a", 1.5: "b", "1e+06": "c", true: "d", 16: "e" }],
  ["{123456789.5: a, 0.00001: b, 100000.5: c}", { "1.2345679e+08": "a", "1e-05": "b", "100000.5": "c" }],
  ["__proto__: 1\nconstructor: 2", JSON.parse('{"__proto__":1,"constructor":2}')],
  // A value that a later key replaces may be wrong.
  ["a: {null: 1}\na: 2", { a: 2 }],
  ["a: .inf\na: 2", { a: 2 }],
  // Merges replace the keys before them.
  ["x: &x {a: 1, b: 1}\nz: {a: 2, <<: *x, b: 3}", { x: { a: 1, b: 1 }, z: { a: 1, b: 3 } }],
  ["{<<: [{a: 1}, {a: 2, b: 2}], c: 3}", { a: 1, b: 2, c: 3 }],
  ['{"<<": {a: 1}, ! <<: {b: 2}}', { "<<": { a: 1 }, b: 2 }],
  ["a: &a [1]\nb: *a\nc: &a 2\nd: *a", { a: [1], b: [1], c: 2, d: 2 }],
  // Flow collections and quotes.
  ["{a:1, b: 2}", { "a:1": null, b: 2 }],
  ['{"a":1,"b":[1,2,],}', { a: 1, b: [1, 2] }],
  ["[a: 1, ? b : 2]", [{ a: 1 }, { b: 2 }]],
  ["a: [\n\t1,\n\t2\n]", { a: [1, 2] }],
  ['"a\\x41\\u00e9\\U0001F600\\N\\\n   b\n\n  c"', "aAé😀\x85b\nc"],
  ["'a\n  b\n\n  it''s'", "a b\nit's"],
  // Block scalars and plain scalars of several lines.
  ["|-\n a\n  b\n\n\n", "a\n b"],
  ["|+\n a\n\n", "a\n\n"],
  [">\n a\n b\n\n c\n  d\n e\n", "a b\nc\n d\ne\n"],
  ["a: b\n  c\n\n  d # e\n", { a: "b c\nd" }],
  ["a: x#y:z", { a: "x#y:z" }],
  // Other line breaks, byte order marks, and what follows the end of the document.
  ["a: 1\rb: 2", { a: 1, b: 2 }],
  ["a: b\x85c: d", { a: "b", c: "d" }],
  ["\ufeff# c\na: 1", { a: 1 }],
  ["a: 1\n...\n@@@", { a: 1 }],
  // kubectl sees no line break in a lone "\r", but Go's YAML does.
  ["x\r---\ny", "x"],
  ["\x85---\rz", "z"],
  // kubectl gives the last line of a file a line break, and takes the one "\r" of "\r\n" away.
  ["a: |\n  b", { a: "b\n" }],
  ["a: |+1\n  b\n---\n", { a: " b\n" }],
  ["a: >-\n  b", { a: "b" }],
  ["a: |\n  b\r\r\n  c\r\n", { a: "b\nc\n" }],
])("reads %j", (text, value) => {
  expect(read(text)).toEqual(value);
});

const DIRECTIVE = 'kubectl reads no directive such as "%YAML 1.1"; leave the line out, or put the text in quotes';
const SEPARATOR =
  'kubectl takes nothing but a comment behind "---" at the beginning of a line; begin the document on the next line, or indent the text';

test.each<[text: string, message: string]>([
  ["a: 1\nb\nc: 2", '2: expected ":" behind the key'],
  ["a: b: c", '1: ":" cannot stand here: a text with ": " in it needs quotes, and a mapping a line of its own'],
  ["a:\n  b: 1\n c: 2", "3: expected a key; is the indentation right?"],
  ["a:\n- 1\n b: 2", '3: ":" cannot stand here: a text with ": " in it needs quotes, and a mapping a line of its own'],
  ["a:\n\tb: 1", "2: a tab indents the line; use spaces"],
  ["a: |\n\tb", '2: a tab indents a line below "|" or ">"; use spaces'],
  ["a: - b", '1: "- " cannot stand here; a list begins on a line of its own'],
  ["a: @b", '1: a text cannot begin with "@"; put it in quotes'],
  ["a: %b", '1: a text cannot begin with "%"; put it in quotes'],
  ['a: "b\nc: d', '1: expected a closing " for the first " of the text'],
  ["a: 'b\n---\nc: d", "1: expected a closing ' for the first ' of the text"],
  ["a: [1, 2\nb: 3", '2: expected "," or "]", got a key'],
  ["a: {b: 1", '1: expected "," or "}" before the end of the text'],
  ["...", "1: expected a value, got the end of the document"],
  ["a: [1]]", '1: expected a key, got "]"'],
  ["a: *b", '1: no anchor "&b" precedes "*b"; put a text that begins with "*" in quotes'],
  [
    "a: *.example.com",
    '1: expected a name of letters and digits behind "*"; put a text that begins with "*" in quotes',
  ],
  ["a: &a [*a]", '1: the anchor "&a" contains itself'],
  ["a: !x!y z", '1: expected a tag such as "!!str", got "!x!y"'],
  ["a: !!int b", '1: "b" does not fit the tag "!!int"'],
  ["a: !!float 18446744073709551615", '1: "18446744073709551615" does not fit the tag "!!float"'],
  ["a: !!timestamp 2001-02-30", '1: "2001-02-30" does not fit the tag "!!timestamp"'],
  ["a: !!binary '?'", '1: "?" does not fit the tag "!!binary"'],
  ['a: "\\q"', '1: unknown escape "\\q" in a text in double quotes'],
  ['a: "\\/"', '1: unknown escape "\\/" in a text in double quotes'],
  ['a: "\\x4"', '1: expected 2 hexadecimal digits after "\\x"'],
  ["a: .inf", "1: JSON has neither infinity nor NaN; put it in quotes"],
  ["a:\n  null: b", "2: null cannot be a key; put the key in quotes"],
  ["18446744073709551615: b", "1: the number 18446744073709551615 is too large for a key; put the key in quotes"],
  ["? {a: 1}\n: b", "1: a mapping cannot be a key"],
  ["a:\n  <<: 1", '2: "<<" needs a mapping, or a list of mappings'],
  ["a: b\nc: \x07", "2: the character U+0007 cannot stand in YAML"],
  ["# \x00", "1: the character U+0000 cannot stand in YAML"],
  // kubectl splits a file at each line with "---" first, so a document neither has directives nor begins behind "---".
  ["# c\n%YAML 1.1\n---\na: 1", `2: ${DIRECTIVE}`],
  ["a: 1\n---\n%TAG !y! tag:yaml.org,2002:\n---\nb: 2", `3: ${DIRECTIVE}`],
  ["--- a: 1\nb: 2", `1: ${SEPARATOR}`],
  ["a: 1\n--- |\n  b", `2: ${SEPARATOR}`],
  ["a: 'b\n-----\n  c'", `2: ${SEPARATOR}`],
  ["a: |0\n  b", '1: the indentation behind "|" or ">" is from 1 to 9, not 0'],
  ["[".repeat(2000), "1: values are nested more than 1000 deep"],
])("says what is wrong with %j", (text, message) => {
  expect(failure(text)).toBe(`x.yaml:${message}`);
});

test("names the line in the file, not in the document", () => {
  expect(() => parseYaml("a: 1\n---\n# c\nb:\n  c: @\n", "x.yaml")).toThrow("x.yaml:5: ");
});

test("splits documents at lines with ---, and gives their lines", () => {
  const documents = parseYaml(
    "---\na: 1\n--- # comment\n\n# only a comment\n---\n- b\n--- \r\n---\r\nc\n...\n",
    "x.yaml",
  );
  expect(documents.map(({ value, line }) => [value, line])).toEqual([
    [{ a: 1 }, 2],
    [null, 4],
    [["b"], 7],
    ["c", 10],
  ]);
});

test("finds the lines of values", () => {
  const [document] = parseYaml("# c\na:\n- b: 1\n  c: 2\n- *x\n".replace("*x", "{d: [1,\n   2]}"), "x.yaml");
  expect(document?.lines.find(["a", 0, "c"])).toBe(4);
  expect(document?.lines.find(["a", 1, "d", 1])).toBe(6);
  expect(document?.lines.find(["a", 0, "missing", "more"])).toBe(3);
});

test("rejects a document whose aliases multiply", () => {
  const letters = [..."abcdefghi"];
  const lines = letters.map((letter, index) => {
    const items = Array.from({ length: 9 }, () => (index === 0 ? "x" : `*${letters[index - 1]}`));
    return `${letter}: &${letter} [${items.join(", ")}]`;
  });
  expect(failure(lines.join("\n"))).toBe("x.yaml:2: too many values come from aliases");
});

test("reads a manifest of 5 MB", () => {
  const rule = '- domain: [a.example.com]\n  config: {a: 1, b: "x", c: [1, 2, 3]}\n';
  const text = `rules:\n${rule.repeat(77_000)}`;
  expect(text.length).toBeGreaterThan(5_000_000);
  expect((read(text) as { rules: unknown[] }).rules).toHaveLength(77_000);
});
