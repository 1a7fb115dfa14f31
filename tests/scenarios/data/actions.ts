import { respondWith, type UpstreamResponse } from "../../support/upstream.js";
import type { Expectation, RequestStep, Scenario } from "../scenario.js";

/**
 * A scenario with a plugin that does not use the SDK. Each digit of `config` is the return value of one callback; see
 * tests/support/raw-actions.
 */
const actions = (
  name: string,
  config: string,
  request: Omit<RequestStep, "expect">,
  expect: Expectation,
): Scenario => ({
  ...{ name: `${name} (${config})`, plugin: "tests/support/raw-actions", config, steps: [{ ...request, expect }] },
});

const chunks = { chunks: ["ab", "cd"], chunkDelayMs: 40 };
const responding = (response: UpstreamResponse) => ({ headers: [respondWith(response)] });
const twoChunks = { chunks: ["ab", "cd"], chunkDelayMs: 40 };
const trailers = { ...chunks, trailers: [["x-t", "1"] as const] };
const all = { status: 200, upstream: { body: "abcd" } };
const stuck = { limitMs: 400 };
const hung = { failure: /no response within/, upstream: null };
const HEAD = "POST / HTTP/1.1\r\nhost: localhost\r\n";
const LARGE = "x".repeat(1024 * 1024 + 1);

const scenarios: Scenario[] = [
  actions("all callbacks return Continue", "00000000", chunks, {
    ...all,
    logs: ["request headers", "request body 2", "request body 0 end", "response headers"],
  }),
  {
    ...actions(
      "headers 1 pause the request",
      "10000000",
      { ...chunks, ...stuck },
      { ...hung, noLogs: ["request body"] },
    ),
    allowOnHeadersStopIteration: false,
  },
  {
    ...actions("headers 1 are held until a body callback returns Continue", "10000000", chunks, all),
    allowOnHeadersStopIteration: true,
  },
  {
    ...actions("headers 1 of a request without a body are held", "10000000", stuck, hung),
    allowOnHeadersStopIteration: true,
  },
  ...["1", "3", "4", "7"].map((value) =>
    actions(`headers ${value}, resumed`, `${value}0000000+`, chunks, {
      ...{ ...all, logs: ["resume", "request body", "request body 0 end"] },
    }),
  ),
  actions("headers 2 continue", "20000000", chunks, all),
  actions(
    "headers 4 of a request without a body, resumed",
    "40000000+",
    {},
    { status: 200, upstream: { body: "" }, logs: ["request headers end", "resume"] },
  ),
  actions("headers 4 with trailers, resumed", "40000000+", trailers, {
    ...{ ...all, logs: ["resume", "request trailers 1"] },
  }),
  actions(
    "headers 4 and body 1 with trailers, resumed: the body that came during the pause is lost",
    "41000000+",
    // Sent at once, so that all of it has arrived when the timer fires.
    { raw: Buffer.from(`${HEAD}transfer-encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\nx-t: 1\r\n\r\n`) },
    { status: 200, upstream: { body: "", trailers: { "x-t": "1" } }, logs: ["request body 4", "request trailers 1"] },
  ),
  actions("body 1 buffers the body", "01000000", chunks, {
    ...{ ...all, logs: ["request body 2", "request body 4", "request body 4 end"] },
  }),
  actions(
    "body 1 at the end too: the request gets no response",
    "01100000",
    { ...chunks, ...stuck },
    { ...hung, logs: ["request body 4 end"] },
  ),
  actions("body 1 at its end, resumed", "00100000+", chunks, {
    ...{ ...all, logs: ["request body 0 end", "resume"] },
  }),
  actions("body 2 holds each chunk", "02000000", chunks, {
    ...{ ...all, logs: ["request body 2", "request body 0 end"], noLogs: ["request body 4"] },
  }),
  actions("body 3 drops the chunk", "03000000", chunks, {
    ...{ status: 200, upstream: { body: "" }, logs: ["request body 2", "request body 0 end"] },
  }),
  actions("body 7 acts as 3", "07000000", chunks, { status: 200, upstream: { body: "" } }),
  actions("body 3 at its end, resumed", "00300000+", chunks, { ...all, logs: ["resume"] }),
  actions("trailers 1, resumed", "00010000+", trailers, {
    ...{ ...all, logs: ["request body 2", "request trailers 1", "resume"], noLogs: [/request body \d+ end/] },
  }),
  actions(
    "trailers 1: the request gets no response",
    "00010000",
    { ...trailers, ...stuck },
    { ...hung, logs: ["request trailers 1"] },
  ),
  actions("body 1 before trailers 0", "01000000", trailers, {
    ...{ ...all, logs: ["request body 4", "request trailers 1"], noLogs: [/request body \d+ end/] },
  }),
  actions("body 1 before trailers 1, resumed", "01010000+", trailers, { ...all, logs: ["resume"] }),

  actions("response headers 4, resumed", "00004000+", responding(twoChunks), {
    ...{ status: 200, body: "abcd", logs: ["response headers", "resume", "response body"] },
  }),
  actions("response body 1 buffers the body", "00000100", responding(twoChunks), {
    ...{ status: 200, body: "abcd", logs: ["response body 2", "response body 4 end"] },
  }),
  actions("response body 3 drops the chunk", "00000300", responding(twoChunks), { status: 200, body: "" }),
  actions("response body 1 at its end, resumed", "00000010+", responding(twoChunks), { status: 200, body: "abcd" }),
  actions("response trailers 1, resumed", "00000001+", responding({ ...twoChunks, trailers: [["x-t", "1"]] }), {
    ...{ status: 200, body: "abcd", trailers: { "x-t": "1" }, logs: ["response trailers 1", "resume"] },
  }),
  actions(
    "response headers 4, and the upstream closes the connection too early",
    "00004000",
    responding({ headers: [["content-length", "100"]], body: "short", cut: true }),
    { status: 502, body: "upstream connect error or disconnect/reset before headers. reset reason: protocol error" },
  ),
  {
    ...actions(
      "response headers 4, and the route's timeout ends first",
      "00004000",
      responding({ ...twoChunks, chunkDelayMs: 400 }),
      {
        ...{ status: 504, body: "upstream request timeout" },
      },
    ),
    routes: [{ prefix: "/", cluster: "upstream", timeoutMs: 100 }],
  },
  actions(
    "a request target that is not a path gets 404 without callbacks",
    "00000000",
    { method: "OPTIONS", target: "*" },
    { status: 404, body: "", upstream: null, noLogs: ["request headers", "response headers"] },
  ),
  ...[
    [
      "00000100",
      "body 1 of a response over the limit, whose headers have been sent",
      { failure: /connection|a chunk/ },
    ],
    ["00003000", "response headers 3 with a body over the limit", { status: 500, body: "Internal Server Error" }],
    ["00000200", "body 2 of a response over the limit is held until it ends", { status: 200, body: LARGE }],
  ].map(([config, name, expect]) => ({
    ...actions(name as string, config as string, {}, expect as Expectation),
    clusters: { upstream: { body: LARGE } },
  })),
  actions("request headers 3 with a body over the limit", "30000000", { body: LARGE }, { status: 413, upstream: null }),
  {
    ...{ name: "two plugins: the second buffers the body after the first has resumed" },
    plugins: [
      { plugin: "tests/support/raw-actions", pluginName: "first", config: "40000000+" },
      { plugin: "tests/support/raw-actions", pluginName: "second", config: "01000100" },
    ],
    steps: [{ ...trailers, expect: { ...all, logs: ["resume", "request body 4", "request trailers 1"] } }],
  },
];

export default scenarios;
