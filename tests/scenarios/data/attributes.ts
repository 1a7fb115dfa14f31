import type { Scenario } from "../scenario.js";

// Attributes for access logs and traces, as the properties hold them.

/** Escapes a JSON text as the inside of a JSON string. */
const escaped = (json: string) => JSON.stringify(json).slice(1, -1);
const reply = (...lines: string[]) => [{ expect: { status: 200, body: lines.join("\n") } }];
const plugin = (config: object) => ({ plugin: "attributes", config });

const scenarios: Scenario[] = [
  {
    ...{ name: "attributes go to the access log as an escaped JSON object with its keys in order", ...plugin({ set: { b: [1, { x: 1e21 }], a: 'say "hi"', "\u{10000}": 1, "\uffff": 2 }, reply: true }) }, // prettier-ignore
    steps: reply(
      escaped('{"a":"say \\"hi\\"","b":[1,{"x":1e+21}],"\uffff":2,"\u{10000}":1}'),
      '{"a":"say \\"hi\\"","b":[1,{"x":1e+21}],"\uffff":2,"\u{10000}":1}',
    ),
  },
  {
    ...{ name: "characters of HTML in attributes are escaped as in Go", ...plugin({ set: { "<": "a&b>\u2028\u2029" }, reply: true }) }, // prettier-ignore
    steps: reply(String.raw`{\"\\u003c\":\"a\\u0026b\\u003e\\u2028\\u2029\"}`, '{"<":"a&b>\u2028\u2029"}'),
  },
  {
    name: "two plugins write attributes into one object",
    plugins: [
      { ...plugin({ set: { a: 1, b: "first", c: 12345678901234567890n.toString() } }), pluginName: "one", vm: "one" },
      { ...plugin({ set: { b: "second", d: true }, reply: true }), pluginName: "two", vm: "two" },
    ],
    steps: reply(escaped('{"a":1,"b":"second","c":"12345678901234567890","d":true}'), '{"b":"second","d":true}'),
  },
  {
    ...{ name: "attributes merge into a number that a float cannot hold", ...plugin({ before: escaped('{"n": 12345678901234567890 }'), set: { a: null }, reply: true }) }, // prettier-ignore
    steps: reply(escaped('{"a":null,"n":12345678901234567890}'), '{"a":null}'),
  },
  ...['{"a":1}', "not escaped \\", escaped("[1]"), escaped('{"a":'), "\u0001", "a\\ud800"].map((before): Scenario => ({
    name: `attributes replace the property ${JSON.stringify(before)}, with a warning`,
    ...plugin({ before, key: "ai_log", set: { b: 2 }, reply: true }),
    steps: [
      {
        expect: {
          ...{ status: 200, body: `${escaped('{"b":2}')}\n{"b":2}` },
          logs: ['[warn] [attributes] [nil] [nil] property "ai_log" is overwritten: expected an escaped JSON object'],
        },
      },
    ],
  })),
  {
    ...{ name: "without attributes the object is empty", ...plugin({ reply: true, get: ["a"] }) },
    steps: reply("{}", "{}", "missing"),
  },
  {
    ...{ name: "a map replaces all attributes", ...plugin({ map: { x: 1, x2: { y: [] } }, set: { a: 1 }, reply: true, get: ["x", "x2", "a", "b"] }) }, // prettier-ignore
    steps: reply(
      escaped('{"a":1,"x":1,"x2":{"y":[]}}'),
      '{"a":1,"x":1,"x2":{"y":[]}}',
      ...["1", '{"y":[]}', "1", "missing"],
    ),
  },
  {
    ...{ name: "only an object is a map of attributes", ...plugin({ map: [1], reply: true }) },
    steps: [{ expect: { status: 500, body: "attributes: expected a JSON object" } }],
    errors: ["the request already has a local reply"],
  },
  {
    ...{ name: "attributes have the types of AssemblyScript", ...plugin({ types: true, reply: true }) },
    steps: reply(
      escaped('{"bool":true,"f64":0.5,"i32":-7,"nan":null,"null":null,"nullable":null,"string":"a\\"b","u64":18446744073709551615,"u8":255}'), // prettier-ignore
      '{"bool":true,"f64":0.5,"i32":-7,"nan":null,"null":null,"nullable":null,"string":"a\\"b","u64":18446744073709551615,"u8":255}', // prettier-ignore
    ),
  },
  {
    ...{ name: "attributes go to the trace as texts", ...plugin({ set: { text: "a b", number: 1.5, object: { a: 1 }, empty: "" }, tags: ["text", "number", "object", "empty"], reply: true }) }, // prettier-ignore
    steps: [
      {
        expect: {
          body: `${escaped('{"empty":"","number":1.5,"object":{"a":1},"text":"a b"}')}\n{"empty":"","number":1.5,"object":{"a":1},"text":"a b"}\na b\n1.5\n{"a":1}\n`,
          logs: ['[warn] [attributes] [nil] [nil] attribute "empty" is not written to the trace: it is empty'],
        },
      },
    ],
  },
];

export default scenarios;
