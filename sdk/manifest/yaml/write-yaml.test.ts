import { expect, test } from "vitest";
import { parse } from "yaml";
import type { JsonValue } from "../../spec/json.js";
import { parseYaml } from "./parse-yaml.js";
import { writeYaml } from "./write-yaml.js";

test("writes manifests as people do", () => {
  expect(
    writeYaml({
      url: "oci://a/b:1.0",
      labels: {},
      list: ["a b", { c: [1, [2]], d: "*.com" }, []],
      on: "y",
      text: "x\n  y\n",
    }),
  ).toBe(`url: oci://a/b:1.0
labels: {}
list:
- a b
- c:
  - 1
  - - 2
  d: "*.com"
- []
"on": "y"
text: |
  x
    y
`);
});

/** Texts that one YAML reader or another takes for something else, as values and as keys. */
const TEXTS = [
  ..."y n Y N yes No on OFF true False null ~ 017 0x1F 0b1 1_000 1e3 .5 .inf .nan 1:30 2001-12-14 << = - ? :".split(
    " ",
  ),
  ...[
    "",
    " a",
    "a ",
    "a: b",
    "a #b",
    "a:",
    "#a",
    "- a",
    "&a",
    "*a",
    "!a",
    "@a",
    "`a",
    "%a",
    "'a'",
    '"a"',
    "{a",
    "[a",
    "a, b",
  ],
  ...[
    "a\nb",
    "a\n",
    "a\n\n",
    "\na",
    " a\nb",
    "a \nb",
    "a\r\nb",
    "a\tb",
    "\x00\x07\x7f\x85\u2028\ufeff",
    "é😀",
    "---",
    "...",
  ],
];

test.each(TEXTS)("kubectl and YAML 1.2 read %j back", (text) => {
  for (const value of [text, [text], { k: text }, { [text]: 1 }, [[text, { a: [text] }]]]) {
    const written = writeYaml(value);
    expect(parseYaml(written, "x.yaml")[0]?.value).toEqual(value);
    expect(parse(written)).toEqual(value);
  }
});

test.each<[value: JsonValue]>([
  [0],
  [-1.5],
  [1e21],
  [1e-7],
  [5e-324],
  [123456789012345680],
  [true],
  [null],
  [{}],
  [[]],
])("kubectl and YAML 1.2 read %j back", (value) => {
  expect(parseYaml(writeYaml({ k: value }), "x.yaml")[0]?.value).toEqual({ k: value });
  expect(parse(writeYaml(value))).toEqual(value);
});
