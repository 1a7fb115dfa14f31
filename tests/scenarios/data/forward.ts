import { gzipSync } from "node:zlib";
import type { UpstreamResponse } from "../../support/upstream-response.js";
import type { Expectation, RequestStep, Scenario } from "../scenario.js";
import { HOP_BY_HOP } from "../hop-by-hop.js";

/** The plugin sends the response of a call, `response`, to the client. */
const forwards = (
  name: string,
  response: UpstreamResponse,
  expect: Expectation,
  step: Partial<RequestStep> = {},
): Scenario => ({
  ...{ name, plugin: "forward", clusters: { service: response } },
  steps: [{ ...step, expect: { upstream: null, noLogs: ["response not sent"], ...expect } }],
});

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
// Almost UTF-8: surrogates, overlong forms, incomplete sequences, a byte order mark.
const nearUtf8 = Buffer.from("eda080edb080c080e28228f09f98f09f9880efbbbff4908080c3", "hex");
const zipped = gzipSync("hello ".repeat(100));
const bytes = (body: Buffer) => ({ bodyBase64: body.toString("base64") });

const scenarios: Scenario[] = [
  forwards(
    "status code, headers and body reach the client",
    {
      status: 403,
      headers: [
        ["content-type", "application/json"],
        ["x-why", "closed"],
      ],
      body: '{"ok":false}',
    },
    {
      status: 403,
      headers: { "content-type": "application/json", "x-why": "closed", "x-envoy-upstream-service-time": null },
      body: '{"ok":false}',
    },
  ),
  forwards(
    "repeated headers stay repeated",
    {
      headers: [
        ["set-cookie", "a=1; Path=/, x"],
        ["Set-Cookie", "b=2"],
        ["x-a", "1"],
        ["x-a", "2"],
      ],
      body: "",
    },
    { status: 200, headers: { "set-cookie": ["a=1; Path=/, x", "b=2"], "x-a": ["1", "2"] }, body: "" },
  ),
  forwards(
    "hop-by-hop headers of the service are left out",
    {
      headers: [
        ...HOP_BY_HOP,
        ["x-kept", "1"],
        ["te", "trailers"],
        ["trailer", "x-t"],
        ["proxy-authenticate", "Basic"],
      ],
      body: "yes",
    },
    {
      status: 200,
      headers: {
        ...{ "x-hop": null, "keep-alive": null, "proxy-connection": null, upgrade: null, te: null, trailer: null },
        ...{ "proxy-authenticate": null, "transfer-encoding": null, "content-length": "3", "x-kept": "1" },
      },
      body: "yes",
    },
  ),
  forwards(
    "headers that `connection` lists are left out, in any case, with spaces, in several headers",
    {
      headers: [
        ["connection", "X-One ,\tx-two,,x-three"],
        ["Connection", "keep-alive, X-Four"],
        ...["X-One", "x-two", "X-Three", "x-four", "x-five"].map((name): [string, string] => [name, "1"]),
      ],
      body: "yes",
    },
    {
      status: 200,
      headers: { "x-one": null, "x-two": null, "x-three": null, "x-four": null, "x-five": "1" },
      body: "yes",
    },
  ),
  forwards(
    "a chunked body is sent without its trailers",
    { chunks: ["a", "b"], trailers: [["x-t", "1"]] },
    { status: 200, body: "ab" },
  ),
  forwards("every byte is sent unchanged", bytes(everyByte), {
    status: 200,
    headers: { "content-length": "256" },
    body: everyByte,
  }),
  forwards("bytes that are almost UTF-8 are sent unchanged", bytes(nearUtf8), { status: 200, body: nearUtf8 }),
  forwards(
    "a compressed body stays compressed",
    {
      headers: [
        ["content-encoding", "gzip"],
        ["content-type", "text/html"],
      ],
      ...bytes(zipped),
    },
    { status: 200, headers: { "content-encoding": "gzip", "content-type": "text/html" }, body: zipped },
  ),
  forwards(
    "a redirect reaches the client",
    { status: 302, headers: [["location", "https://login.example/?a=é"]], body: "" },
    { status: 302, headers: { location: "https://login.example/?a=é" }, body: "" },
  ),
  forwards(
    "a 204 reaches the client",
    { status: 204, headers: [["x-a", "1"]] },
    { status: 204, headers: { "x-a": "1" }, body: "" },
  ),
  forwards(
    "a 304 reaches the client without its content-length",
    {
      status: 304,
      headers: [
        ["etag", '"a"'],
        ["content-length", "10"],
      ],
    },
    { status: 304, headers: { etag: '"a"' }, body: "" },
  ),
  forwards(
    "the content-length of a response to a HEAD call is left out",
    {
      headers: [
        ["content-length", "10"],
        ["x-a", "1"],
      ],
    },
    { status: 200, headers: { "x-a": "1" }, body: "" },
    { headers: [["x-method", "HEAD"]] },
  ),
  forwards(
    "a client's HEAD request gets the headers only",
    { status: 403, headers: [["x-a", "1"]], body: "no" },
    { status: 403, headers: { "x-a": "1" }, body: "" },
    { method: "HEAD" },
  ),
  forwards(
    "a request with a body gets the response too",
    { status: 403, body: "no" },
    { status: 403, body: "no" },
    { chunks: ["a", "b"], chunkDelayMs: 20 },
  ),
  {
    ...{ name: "a service that accepts no connection gives 503", plugin: "forward", config: { cluster: "gone" } },
    clusters: { gone: "dead" },
    steps: [{ expect: { status: 503, upstream: null, noLogs: ["response not sent"] } }],
  },
  {
    ...{ name: "a service that is too slow gives 504", plugin: "forward", config: { timeoutMs: 100 } },
    clusters: { service: { hang: true } },
    steps: [{ expect: { status: 504, upstream: null, noLogs: ["response not sent"] } }],
  },
  forwards(
    "an incomplete response gives 502",
    { headers: [["content-length", "100"]], body: "short", cut: true },
    { status: 502, body: "" },
  ),
  {
    ...{
      name: "a status code that no response can have gives 500",
      plugin: "forward",
      clusters: { service: { status: 999, body: "x" } },
    },
    errors: ["response not sent: status 999 is not one of 200 to 599"],
    steps: [{ expect: { status: 500, body: "", upstream: null } }],
  },
  {
    name: "the headers of the request are sent on in the call, without those about its connection and its body",
    ...{ plugin: "forward", config: { request: "forwardable" }, clusters: { service: { body: "yes" } } },
    steps: [
      {
        method: "POST",
        headers: [
          ["Authorization", "t"],
          ["x-a", "1"],
          ["x-a", "2"],
          ["te", "trailers"],
          ["proxy-authorization", "p"],
        ],
        body: "abc",
        expect: {
          ...{ status: 200, body: "yes", upstream: null },
          calls: [
            {
              ...{ cluster: "service", method: "GET" },
              headers: {
                ...{ authorization: "t", "x-a": ["1", "2"] },
                ...{ te: null, "proxy-authorization": null, "content-length": null },
              },
              body: "",
            },
          ],
        },
      },
    ],
  },
  {
    name: "a call with the pseudo-headers of the request is not sent",
    ...{ plugin: "forward", config: { request: "entries" }, clusters: { service: { body: "yes" } } },
    errors: [
      'call not sent to cluster "service": header ":authority": a call has pseudo-headers of its own; ' +
        "ctx.requestHeaders.forwardable() leaves out those of the request",
    ],
    steps: [{ expect: { status: 500, body: "not sent", upstream: null, calls: [] } }],
  },
];

// `sendResponse` takes all headers of an HTTP call response too, and leaves out the same headers.
export default scenarios.flatMap((it) => [
  it,
  { ...it, name: `${it.name}, with \`headers()\``, config: { ...(it.config as object), all: true } },
]);
