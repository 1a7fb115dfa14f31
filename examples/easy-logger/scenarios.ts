import type { Scenario } from "../../tests/scenarios/scenario.js";

const plugin = "easy-logger";
const ID = "requestId:[0-9a-f-]{36}\\n";
/** A pattern for a log entry. */
const entry = (title: string, text: string) => new RegExp(`=+${title}=+\\n${ID}${text}`);
const all = { request: true, response: true };
const sends = (response: object) => ["x-answer", JSON.stringify(response)] as const;

const scenarios: Scenario[] = [
  {
    ...{ name: "logs requests and responses", plugin, config: all },
    steps: [
      {
        ...{ method: "POST", target: "/hello?a=b", body: '{"username":["mia"]}' },
        headers: [
          ["host", "foo.com"],
          ["content-type", "application/json"],
          ["Authorization", "Bearer secret"],
          sends({
            headers: [
              ["content-type", "application/json"],
              ["set-cookie", "a=secret"],
            ],
            body: '{"a":1}',
          }),
        ],
        expect: {
          ...{ status: 200, body: '{"a":1}' },
          headers: { "x-easy-logger": "1.0.0", "set-cookie": "a=secret", "content-length": "7" },
          upstream: {
            body: '{"username":["mia"]}',
            headers: { authorization: "Bearer secret", "content-length": "20", "transfer-encoding": null },
          },
          logs: [
            entry("request headers", "(.*\\n)*:authority:foo.com\\n"),
            entry("request headers", "(.*\\n)*:path:/hello\\?a=b\\n"),
            entry("request headers", "(.*\\n)*authorization:\\*\\*\\*\\n"),
            entry("request body", 'body:\\{"username":\\["mia"\\]\\}'),
            entry("response headers", "(.*\\n)*:status:200\\n"),
            entry("response headers", "(.*\\n)*set-cookie:\\*\\*\\*\\n"),
            entry("response body", 'body:\\{"a":1\\}'),
          ],
          noLogs: [/authorization:Bearer/],
        },
      },
    ],
  },
  {
    ...{ name: "logs nothing by default, and still adds x-easy-logger", plugin },
    steps: [{ body: "any", expect: { status: 200, headers: { "x-easy-logger": "1.0.0" }, noLogs: [/requestId/] } }],
  },
  {
    ...{ name: "logs only requests", plugin, config: { request: true } },
    steps: [{ body: "any", expect: { status: 200, logs: [/request body/], noLogs: [/response (headers|body)/] } }],
  },
  {
    ...{ name: "logs the response bodies of some status codes", plugin },
    config: { response: true, responseStatusCodes: " 200,500 ,x" },
    steps: [
      { headers: [sends({ status: 500, body: "failed" })], expect: { status: 500, logs: [/body:failed/] } },
      {
        headers: [sends({ status: 502, body: "failed" })],
        expect: { status: 502, logs: [/response headers/], noLogs: [/response body/] },
      },
    ],
  },
  ...([["*"], ["200"], [200], [[200, 500]], [""]] as const).map(([responseStatusCodes]): Scenario => ({
    ...{ name: `logs the body of a 200 with responseStatusCodes ${JSON.stringify(responseStatusCodes)}`, plugin },
    config: { response: true, responseStatusCodes },
    steps: [{ headers: [sends({ body: "fine" })], expect: { status: 200, logs: [/body:fine/] } }],
  })),
  {
    ...{ name: "compares whole status codes", plugin, config: { response: true, responseStatusCodes: "2000,12001" } },
    steps: [{ headers: [sends({ body: "fine" })], expect: { status: 200, noLogs: [/response body/] } }],
  },
  {
    ...{ name: "does not hold bodies back, and logs their first bytes", plugin, config: { ...all, maxBodySize: 5 } },
    steps: [
      {
        ...{ chunks: ["abc", "def", "ghi"], chunkDelayMs: 10, headers: [sends({ body: "0123456789" })] },
        expect: {
          ...{ status: 200, body: "0123456789", upstream: { body: "abcdefghi" } },
          logs: ["body:abcde (the first 5 of 9 bytes)", "body:01234 (the first 5 of 10 bytes)"],
        },
      },
      {
        chunks: ["abc"],
        trailers: [["x-t", "1"]],
        expect: { status: 200, upstream: { body: "abc" }, logs: ["body:abc"] },
      },
    ],
  },
  {
    ...{ name: "a body is one line of the log, and forges no other line", plugin, config: all },
    steps: [
      {
        body: Buffer.from("a\r\n[error] forged\t\0\x1b[31m%s%d \u2028ü\xff", "latin1"),
        expect: { status: 200, logs: ["body:a\\r\\n[error] forged\\t\\x00\\x1b[31m%s%d "], noLogs: [/^\[error\]/m] },
      },
    ],
  },
  {
    name: "logs the local reply of a plugin after it",
    plugins: [{ plugin, config: all }, { plugin: "header-authorization" }],
    steps: [
      {
        expect: {
          ...{ status: 403, headers: { "x-easy-logger": "1.0.0" } },
          logs: [entry("response headers", "(.*\\n)*:status:403"), entry("response body", "body:Forbidden by ASM")],
        },
      },
    ],
  },
  {
    ...{ name: "does not log bodies that are no text", plugin, config: all },
    steps: [
      ...[
        ["content-encoding", "gzip"],
        ["content-type", "application/octet-stream"],
        ["content-type", "application/grpc"],
      ].map(([name, value]) => ({
        ...{
          method: "POST",
          body: "binary",
          headers: [[name!, value!] as const, sends({ headers: [[name, value]], body: "binary" })],
        },
        expect: { status: 200, upstream: { body: "binary" }, logs: [/request headers/], noLogs: [/ body=/] },
      })),
    ],
  },
  {
    ...{ name: "rejects an invalid configuration", plugin },
    steps: [
      ...[{ maxBodySize: -1 }, { maxBodySize: "1" }, { hiddenHeaders: "cookie" }].map((update) => ({
        ...{ update, expect: "rejected" as const },
      })),
      { update: { request: "true", maxBodySize: 0, hiddenHeaders: [] }, expect: "accepted" },
      {
        headers: [["cookie", "a=1"]],
        expect: { status: 200, logs: ["cookie:a=1"] },
      },
    ],
  },
];

export default scenarios;
