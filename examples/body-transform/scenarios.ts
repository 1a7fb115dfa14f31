import type { RequestStep, Scenario } from "../../tests/scenarios/scenario.js";
import type { HeaderToSend } from "../../tests/support/http-request.js";

const plugin = "body-transform";
const request = { field: "a", value: "x" };
const response = { field: "by", value: "the gateway" };

type Type = string | HeaderToSend[];
const headersOf = (type: Type): HeaderToSend[] => (typeof type === "string" ? [["content-type", type]] : type);

/** A request with a body, and what of it reaches the upstream. */
const sent = (body: string | Buffer, arrives: string | Buffer, type: Type = "application/json"): RequestStep => ({
  ...{ body, headers: headersOf(type) },
  expect: { status: 200, upstream: { body: arrives }, noLogs: ["[warn]"] },
});

/** A request whose response has a body, and what of it reaches the client. */
const answered = (body: string | Buffer, arrives: string | Buffer, type: Type = "application/json"): RequestStep => ({
  headers: [
    ["x-answer", JSON.stringify({ headers: headersOf(type), bodyBase64: Buffer.from(body).toString("base64") })],
  ],
  expect: { status: 200, body: arrives, noLogs: ["[warn]"] },
});

/** The same, with a warning. */
const warned = (step: RequestStep, warning: RegExp): RequestStep => ({
  ...step,
  expect: { ...step.expect, noLogs: undefined, logs: [warning] },
});
const same = (body: string | Buffer, type?: Type) => sent(body, body, type);

const MIB = 1024 * 1024;

const scenarios: Scenario[] = [
  {
    ...{
      name: "replaces a field where it is, adds it else",
      plugin,
      config: { request, response },
      oneConnection: true,
    },
    steps: [
      sent('{"a":"old","b":1}', '{"a":"x","b":1}'),
      sent('{"b":1,"a":{"any":["thing"]},"c":2}', '{"b":1,"a":"x","c":2}'),
      sent('{"b":1}', '{"b":1,"a":"x"}'),
      sent("{}", '{"a":"x"}'),
      sent(' { "b" : 1 } \n', '{"b":1,"a":"x"}'),
      sent('{"A":1,"b":{"a":2}}', '{"A":1,"b":{"a":2},"a":"x"}'),
      answered('{"by":null}', '{"by":"the gateway"}'),
      answered('{"b":1}', '{"b":1,"by":"the gateway"}'),
    ],
  },
  {
    ...{ name: "a field that is there twice, or written with escapes, is replaced too", plugin, config: { request } },
    steps: [sent('{"a":1,"b":2,"a":3}', '{"a":"x","b":2,"a":"x"}'), sent('{"\\u0061":1}', '{"a":"x"}')],
  },
  {
    ...{ name: "all else comes through as it was written", plugin, config: { request, response } },
    steps: [
      sent(
        '{"n":[1.0,-0,1e400,12345678901234567890.10],"s":"\\u0041\\/\\ud800é😀","o":{ "x" : [ 1 , 2 ] },"z":null}',
        '{"n":[1.0,-0,1e400,12345678901234567890.10],"s":"\\u0041\\/\\ud800é😀","o":{ "x" : [ 1 , 2 ] },"z":null,"a":"x"}',
      ),
      sent('{"d":1,"d":2,"":3,"é😀\\"\\\\\\n":4}', '{"d":1,"d":2,"":3,"é😀\\"\\\\\\n":4,"a":"x"}'),
      answered('{"n":1.0,"s":"\\u0000 \\u007f"}', '{"n":1.0,"s":"\\u0000 \\u007f","by":"the gateway"}'),
    ],
  },
  {
    name: "field and value are any text",
    plugin,
    config: { request: { field: 'é "q"', value: "😀\n\\" }, response: { field: "", value: "" } },
    steps: [
      sent('{"b":1}', '{"b":1,"é \\"q\\"":"😀\\n\\\\"}'),
      sent('{"\\u00e9 \\"q\\"":1}', '{"é \\"q\\"":"😀\\n\\\\"}'),
      answered('{"b":1}', '{"b":1,"":""}'),
    ],
  },
  {
    ...{ name: "JSON is what content-type says", plugin, config: { request, response } },
    steps: [
      sent("{}", '{"a":"x"}', "application/json; charset=utf-8"),
      sent("{}", '{"a":"x"}', "Application/JSON ;charset=utf-8"),
      sent("{}", '{"a":"x"}', "application/problem+json"),
      same("{}", "text/plain"),
      same("{}", "application/jsonp"),
      same("{}", "application/x-ndjson"),
      same("{}", "text/plain; a=application/json"),
      same("{}", ""),
      same("{}", []),
      same(Buffer.from([0, 0xff, 0xfe, 0x80]), "application/octet-stream"),
      answered("{}", '{"by":"the gateway"}', "application/hal+json"),
      answered("{}", "{}", "text/html"),
      answered("{}", "{}", []),
    ],
  },
  {
    ...{ name: "an encoded body passes", plugin, config: { request, response } },
    steps: [
      ...["gzip", "br", "identity"].map((encoding) =>
        same("{}", [
          ["content-type", "application/json"],
          ["Content-Encoding", encoding],
        ]),
      ),
      answered(Buffer.from([0x1f, 0x8b, 0, 0xff]), Buffer.from([0x1f, 0x8b, 0, 0xff]), [
        ["content-type", "application/json"],
        ["content-encoding", "gzip"],
      ]),
    ],
  },
  {
    ...{ name: "a body that says JSON and is none passes, with a warning", plugin, config: { request, response } },
    steps: [
      ...[
        ...["{", '{"b":1', "{'b':1}", '{"b":1}}', '{"b":1,}', '{"b":NaN}', '{"b":"\n"}', "text", " "],
        ...["\ufeff{}", "[".repeat(100_000), '{"b":'.repeat(300) + "1" + "}".repeat(300), "\0"],
      ].map((body) => warned(same(body), /warn.*the request says that it is JSON, but: /)),
      ...[
        Buffer.from('{"b":"\xff"}', "latin1"),
        Buffer.from('{"\xff":1}', "latin1"),
        Buffer.from('{"b":"\xed\xa0\x80"}', "latin1"),
        Buffer.from('{"b":"\xf0\x9f\x98"}', "latin1"),
      ].map((body) => warned(same(body), /warn.*the request says that it is JSON, but it is not UTF-8/)),
      warned(answered("<html>", "<html>"), /warn.*the response says that it is JSON, but: /),
      warned({ ...same(""), body: undefined, chunks: [] }, /warn.*the request says that it is JSON, but: /),
    ],
  },
  {
    ...{ name: "half a surrogate pair in a name becomes U+FFFD", plugin, config: { request } },
    steps: [
      sent('{"\\ud800":1}', '{"\ufffd":1,"a":"x"}'),
      sent('{"b\\ud83d":"\\ud83d"}', '{"b\ufffd":"\\ud83d","a":"x"}'),
    ],
  },
  {
    ...{ name: "JSON that is no object passes", plugin, config: { request, response } },
    steps: [
      ...["[]", '[{"a":1}]', '"a"', "1", "true", " null "].map((body) => same(body)),
      answered('[{"by":1}]', '[{"by":1}]'),
    ],
  },
  {
    ...{ name: "only the request", plugin, config: { request } },
    steps: [sent("{}", '{"a":"x"}'), answered("{}", "{}")],
  },
  {
    ...{ name: "only the response", plugin, config: { response } },
    steps: [same("{}"), answered("{}", '{"by":"the gateway"}')],
  },
  {
    ...{ name: "neither", plugin, config: { request: null } },
    steps: [same("{}"), answered("{}", "{}")],
  },
  {
    ...{ name: "bodies in pieces, with trailers, large, and none", plugin, config: { request, response } },
    oneConnection: true,
    steps: [
      { ...sent("", '{"b":1,"a":"x"}'), body: undefined, chunks: ['{"b', '":1', "}"], chunkDelayMs: 10 },
      { ...sent("", '{"b":1,"a":"x"}'), body: '{"b":1}', trailers: [["x-t", "1"]] },
      // The upstream's answer holds the body, each byte as a character, and has to fit the gateway's buffer too.
      sent(`{"b":"${"é".repeat(MIB / 8)}"}`, `{"b":"${"é".repeat(MIB / 8)}","a":"x"}`),
      sent(`{${'"b":1,'.repeat(100_000)}"c":2}`, `{${'"b":1,'.repeat(100_000)}"c":2,"a":"x"}`),
      { ...answered("{}", ""), method: "HEAD" },
      {
        headers: [["x-answer", '{"status":204,"headers":[["content-type","application/json"]]}']],
        expect: { status: 204, body: "", noLogs: ["[warn]"] },
      },
      { headers: [["content-type", "application/json"]], expect: { status: 200, upstream: { body: "" } } },
    ],
  },
  {
    ...{ name: "refuses what does not fit, and goes on as before", plugin, config: { request } },
    steps: [
      ...[
        ...[[], { request: "a" }, { request: {} }, { request: { field: "a" } }, { response: { value: "x" } }],
        ...[{ request: { field: 1, value: "x" } }, { response: { field: "a", value: 1 } }],
      ].map((update) => ({ update: JSON.stringify(update), expect: "rejected" as const })),
      sent("{}", '{"a":"x"}'),
    ],
  },
];

export default scenarios;
