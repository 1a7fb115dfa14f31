import type { RequestStep, Scenario } from "../../tests/scenarios/scenario.js";

const plugin = "custom-response";

/** A request to which the upstream responds with a status code. */
const upstreamSends = (status: number, expect: RequestStep["expect"]): RequestStep => ({
  headers: [["x-answer", JSON.stringify({ status, headers: [["x-up", "1"]], body: "from the upstream" })]],
  expect,
});
const unchanged = (status: number): RequestStep =>
  upstreamSends(status, { status, body: "from the upstream", headers: { "x-up": "1" } });

/** Which of these status codes match the pattern of a rule. */
const matching = (pattern: string, matched: number[], others: number[]): Scenario => ({
  ...{ name: `enable_on_status ${pattern}`, plugin },
  config: { rules: [{ body: "custom", status_code: 299, enable_on_status: [pattern] }] },
  steps: [
    ...matched.map((status) => upstreamSends(status, { status: 299, body: "custom", headers: { "x-up": null } })),
    ...others.map(unchanged),
  ],
});

const invalid = [
  ...[{ headers: ["no-value"] }, { headers: ["=value"] }, { headers: ["a b=c"] }, { headers: ["a=b\x7f"] }],
  ...[{ headers: [":status=200"] }, { headers: ["Transfer-Encoding=chunked"] }],
  ...[
    { status_code: "abc" },
    { status_code: 199 },
    { status_code: 600 },
    { status_code: 200.5 },
    { status_code: null },
  ],
  ...["xxx", "xYx", "x1", "x123", "invalid", "", "x 1"].map((status) => ({ enable_on_status: [status] })),
  ...[{ enable_on_status: [404, "404"] }, { rules: [] }],
  { rules: [{ enable_on_status: ["4xx"] }, { enable_on_status: ["4XX"] }] },
];

const scenarios: Scenario[] = [
  {
    ...{ name: "responds to all requests", plugin },
    config: {
      status_code: 201,
      headers: ["Content-Type=text/html", " Hello = World=2 ", "content-length=3"],
      body: "<p>",
    },
    steps: [
      {
        expect: {
          ...{ status: 201, body: "<p>", upstream: null },
          headers: { "content-type": "text/html", hello: "World=2", "content-length": "3" },
        },
      },
      { method: "POST", body: "any", expect: { status: 201, body: "<p>", upstream: null } },
      { method: "HEAD", expect: { status: 201, body: "", upstream: null } },
    ],
  },
  {
    ...{ name: "responds with 200 and an empty body by default", plugin },
    steps: [{ expect: { status: 200, body: "", headers: { "content-type": null }, upstream: null } }],
  },
  ...[
    ['{"hello":"world"}', "application/json; charset=utf-8"],
    ['"text"', "application/json; charset=utf-8"],
    ["{hello}", "text/plain; charset=utf-8"],
    ["später", "text/plain; charset=utf-8"],
  ].map(([body, type]): Scenario => ({
    ...{ name: `the content type of ${body} is ${type}`, plugin, config: { body } },
    steps: [{ expect: { status: 200, body: body!, headers: { "content-type": type! } } }],
  })),
  {
    ...{ name: "replaces responses with a status code, on the top level", plugin },
    config: { enable_on_status: [429], status_code: "302", headers: ["Location=https://example.com"] },
    steps: [
      upstreamSends(429, {
        ...{ status: 302, body: "", headers: { location: "https://example.com", "x-up": null, "content-type": null } },
        upstream: {},
      }),
      unchanged(200),
      unchanged(404),
    ],
  },
  {
    ...{ name: "replaces local replies of the gateway", plugin },
    routes: [{ name: "default/gone", prefix: "/", cluster: "gone" }],
    clusters: { gone: "dead" },
    config: { rules: [{ enable_on_status: [503], status_code: 200, body: "back soon" }] },
    steps: [{ expect: { status: 200, body: "back soon" } }],
  },
  {
    ...{ name: "has a response for each status code", plugin },
    config: {
      rules: [
        { body: '{"hello":"world 200"}', enable_on_status: ["200", 201], headers: ["key1=value1"], status_code: 200 },
        { body: "not here", enable_on_status: [404], status_code: 410 },
        { body: "unused" },
      ],
    },
    steps: [
      ...[200, 201].map((status) =>
        upstreamSends(status, {
          ...{ status: 200, body: '{"hello":"world 200"}' },
          headers: { key1: "value1", "content-type": "application/json; charset=utf-8" },
        }),
      ),
      upstreamSends(404, { status: 410, body: "not here" }),
      // As in the Go plugin: with status codes, a response without them is not used.
      unchanged(500),
    ],
  },
  {
    ...{ name: "does not replace its own responses", plugin },
    config: {
      rules: [
        { body: "first", enable_on_status: [200], status_code: 404 },
        { body: "second", enable_on_status: [404], status_code: 200 },
      ],
    },
    steps: [upstreamSends(200, { status: 404, body: "first" }), upstreamSends(404, { status: 200, body: "second" })],
  },
  {
    ...{ name: "uses the first response without status codes", plugin },
    config: { rules: [{ body: "first" }, { body: "second" }] },
    steps: [{ expect: { status: 200, body: "first", upstream: null } }],
  },
  matching("40x", [400, 409], [410, 500]),
  matching("4X4", [404, 494], [405, 504]),
  matching("x7x", [270, 479], [280, 407]),
  matching("xx8", [208, 598], [209, 580]),
  matching("5xx", [500, 599], [200, 499]),
  {
    ...{ name: "prefers exact status codes, then the first pattern", plugin },
    config: {
      rules: [
        { body: "4xx", enable_on_status: ["4xx"], status_code: 299 },
        { body: "40x", enable_on_status: ["40x", "5xx"], status_code: 299 },
        { body: "404", enable_on_status: [404], status_code: 299 },
        { body: "xx3", enable_on_status: ["xx3"], status_code: 299 },
      ],
    },
    steps: [
      ...(
        [
          [404, "404"],
          [400, "4xx"],
          [403, "4xx"],
          [503, "40x"],
          [203, "xx3"],
        ] as const
      ).map(([status, body]) => upstreamSends(status, { status: 299, body })),
      unchanged(200),
    ],
  },
  {
    ...{ name: "rejects an invalid configuration and keeps the previous one", plugin, config: { body: "kept" } },
    steps: [
      ...invalid.map((update) => ({ update, expect: "rejected" as const })),
      { expect: { status: 200, body: "kept" } },
    ],
  },
];

export default scenarios;
