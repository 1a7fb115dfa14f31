import type { RequestStep, Scenario } from "../../tests/scenarios/scenario.js";
import type { HeaderToSend } from "../../tests/support/http-request.js";

const plugin = "body-transform";
const request = { field: "a", value: "x" };
const response = { field: "by", value: "the gateway" };

type Type = string | HeaderToSend[];
const headersOf = (type: Type): HeaderToSend[] => (typeof type === "string" ? [["content-type", type]] : type);

/** A request with a body, and the body that the upstream gets. */
const sent = (body: string | Buffer, arrives: string | Buffer, type: Type = "application/json"): RequestStep => ({
  ...{ body, headers: headersOf(type) },
  expect: { status: 200, upstream: { body: arrives }, noLogs: ["[warn]"] },
});

/** A request whose response has a body, and the body that the client gets. */
const received = (body: string | Buffer, arrives: string | Buffer, type: Type = "application/json"): RequestStep => ({
  headers: [
    ["x-answer", JSON.stringify({ headers: headersOf(type), bodyBase64: Buffer.from(body).toString("base64") })],
  ],
  expect: { status: 200, body: arrives, noLogs: ["[warn]"] },
});

/** A step that logs a warning. */
const warned = (step: RequestStep, warning: RegExp): RequestStep => ({
  ...step,
  expect: { ...step.expect, noLogs: undefined, logs: [warning] },
});
/** A request whose body reaches the upstream unchanged. */
const same = (body: string | Buffer, type?: Type) => sent(body, body, type);

const MIB = 1024 * 1024;

const scenarios: Scenario[] = [
  {
    ...{
      name: "replaces the field, or adds it at the end",
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
      received('{"by":null}', '{"by":"the gateway"}'),
      received('{"b":1}', '{"b":1,"by":"the gateway"}'),
    ],
  },
  {
    ...{ name: "replaces a field that occurs twice or is written with escapes", plugin, config: { request } },
    steps: [sent('{"a":1,"b":2,"a":3}', '{"a":"x","b":2,"a":"x"}'), sent('{"\\u0061":1}', '{"a":"x"}')],
  },
  {
    ...{ name: "does not change the text of other values", plugin, config: { request, response } },
    steps: [
      sent(
        '{"n":[1.0,-0,1e400,12345678901234567890.10],"s":"\\u0041\\/\\ud800é😀","o":{ "x" : [ 1 , 2 ] },"z":null}',
        '{"n":[1.0,-0,1e400,12345678901234567890.10],"s":"\\u0041\\/\\ud800é😀","o":{ "x" : [ 1 , 2 ] },"z":null,"a":"x"}',
      ),
      sent('{"d":1,"d":2,"":3,"é😀\\"\\\\\\n":4}', '{"d":1,"d":2,"":3,"é😀\\"\\\\\\n":4,"a":"x"}'),
      received('{"n":1.0,"s":"\\u0000 \\u007f"}', '{"n":1.0,"s":"\\u0000 \\u007f","by":"the gateway"}'),
    ],
  },
  {
    name: "field and value may be any text",
    plugin,
    config: { request: { field: 'é "q"', value: "😀\n\\" }, response: { field: "", value: "" } },
    steps: [
      sent('{"b":1}', '{"b":1,"é \\"q\\"":"😀\\n\\\\"}'),
      sent('{"\\u00e9 \\"q\\"":1}', '{"é \\"q\\"":"😀\\n\\\\"}'),
      received('{"b":1}', '{"b":1,"":""}'),
    ],
  },
  {
    ...{ name: "changes only bodies whose content-type is JSON", plugin, config: { request, response } },
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
      received("{}", '{"by":"the gateway"}', "application/hal+json"),
      received("{}", "{}", "text/html"),
      received("{}", "{}", []),
    ],
  },
  {
    ...{ name: "lets a body with content-encoding pass unchanged", plugin, config: { request, response } },
    steps: [
      ...["gzip", "br", "identity"].map((encoding) =>
        same("{}", [
          ["content-type", "application/json"],
          ["Content-Encoding", encoding],
        ]),
      ),
      received(Buffer.from([0x1f, 0x8b, 0, 0xff]), Buffer.from([0x1f, 0x8b, 0, 0xff]), [
        ["content-type", "application/json"],
        ["content-encoding", "gzip"],
      ]),
    ],
  },
  {
    ...{ name: "lets an invalid JSON body pass unchanged, with a warning", plugin, config: { request, response } },
    steps: [
      ...[
        ...["{", '{"b":1', "{'b':1}", '{"b":1}}', '{"b":1,}', '{"b":NaN}', '{"b":"\n"}', "text", " "],
        ...["\ufeff{}", "[".repeat(100_000), '{"b":'.repeat(300) + "1" + "}".repeat(300), "\0"],
      ].map((body) => warned(same(body), /warn.*the request body is not JSON: /)),
      ...[
        Buffer.from('{"b":"\xff"}', "latin1"),
        Buffer.from('{"\xff":1}', "latin1"),
        Buffer.from('{"b":"\xed\xa0\x80"}', "latin1"),
        Buffer.from('{"b":"\xf0\x9f\x98"}', "latin1"),
      ].map((body) => warned(same(body), /warn.*the request body is not UTF-8/)),
      warned(received("<html>", "<html>"), /warn.*the response body is not JSON: /),
      warned({ ...same(""), body: undefined, chunks: [] }, /warn.*the request body is not JSON: /),
    ],
  },
  {
    ...{ name: "replaces a lone surrogate in a name by U+FFFD", plugin, config: { request } },
    steps: [
      sent('{"\\ud800":1}', '{"\ufffd":1,"a":"x"}'),
      sent('{"b\\ud83d":"\\ud83d"}', '{"b\ufffd":"\\ud83d","a":"x"}'),
    ],
  },
  {
    ...{ name: "lets JSON that is not an object pass unchanged", plugin, config: { request, response } },
    steps: [
      ...["[]", '[{"a":1}]', '"a"', "1", "true", " null "].map((body) => same(body)),
      received('[{"by":1}]', '[{"by":1}]'),
    ],
  },
  {
    ...{ name: "changes only request bodies if only `request` is configured", plugin, config: { request } },
    steps: [sent("{}", '{"a":"x"}'), received("{}", "{}")],
  },
  {
    ...{ name: "changes only response bodies if only `response` is configured", plugin, config: { response } },
    steps: [same("{}"), received("{}", '{"by":"the gateway"}')],
  },
  {
    ...{ name: "changes no body if neither is configured", plugin, config: { request: null } },
    steps: [same("{}"), received("{}", "{}")],
  },
  {
    ...{ name: "handles chunked, large and missing bodies, and trailers", plugin, config: { request, response } },
    oneConnection: true,
    steps: [
      { ...sent("", '{"b":1,"a":"x"}'), body: undefined, chunks: ['{"b', '":1', "}"], chunkDelayMs: 10 },
      { ...sent("", '{"b":1,"a":"x"}'), body: '{"b":1}', trailers: [["x-t", "1"]] },
      // The upstream's response contains the body, each byte as a character, and must fit into the gateway's buffer too.
      sent(`{"b":"${"é".repeat(MIB / 8)}"}`, `{"b":"${"é".repeat(MIB / 8)}","a":"x"}`),
      sent(`{${'"b":1,'.repeat(100_000)}"c":2}`, `{${'"b":1,'.repeat(100_000)}"c":2,"a":"x"}`),
      { ...received("{}", ""), method: "HEAD" },
      {
        headers: [["x-answer", '{"status":204,"headers":[["content-type","application/json"]]}']],
        expect: { status: 204, body: "", noLogs: ["[warn]"] },
      },
      { headers: [["content-type", "application/json"]], expect: { status: 200, upstream: { body: "" } } },
    ],
  },
  {
    ...{ name: "rejects an invalid configuration and keeps the previous one", plugin, config: { request } },
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
