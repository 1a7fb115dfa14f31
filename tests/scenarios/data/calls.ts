import { did, probe, type ProbeStep } from "../probe.js";
import type { Scenario } from "../scenario.js";
import { HOP_BY_HOP } from "../hop-by-hop.js";

/** A call of the probe plugin, and its actions when the HTTP call response comes. */
const call = (cluster: string, url: string, then: ProbeStep[], timeoutMs = 500): ProbeStep => [
  ...(["call", cluster, "GET", url, [["x-call", "1"]], "", timeoutMs, then] as const),
];
const resume: ProbeStep = ["resumeRequest"];
const deny: ProbeStep = ["reply", 401, [], "no"];
const pause: ProbeStep = ["pause"];
/** The log line of the probe plugin about an HTTP call response. */
const result = (...words: unknown[]) => `did ${JSON.stringify(["response", ...words])}`;

const scenarios: Scenario[] = [
  probe(
    "a request waits for a call and continues with the headers that the callback has edited",
    { request: [call("auth", "/check?a=b", [["request.set", "x-user", "mia"], ["line"], resume]), pause] },
    {
      clusters: { auth: { status: 200, headers: [["x-from", "auth"]], body: "yes" } },
      steps: [
        {
          target: "/foo",
          headers: [["host", "h"]],
          body: "body",
          expect: {
            status: 200,
            upstream: { target: "/foo", headers: { "x-user": "mia" }, body: "body" },
            calls: [
              {
                cluster: "auth",
                method: "GET",
                target: "/check?a=b",
                headers: { "x-call": "1", host: "callout.example" },
              },
            ],
            logs: [result(200, false, "yes", "auth"), did(["line"], "POST", "http", "h", "/foo"), did(resume, null)],
            noLogs: ["no call will resume it"],
          },
        },
      ],
    },
  ),
  probe(
    "an HTTP call response has all headers that arrived, and the time that the upstream took",
    { request: [call("auth", "/", [resume]), pause] },
    {
      clusters: { auth: { headers: HOP_BY_HOP, body: "yes" } },
      steps: [
        {
          expect: {
            status: 200,
            logs: [
              // Envoy 1.36 keeps keep-alive.
              /did \["response headers",":status","connection",("keep-alive",)?"x-hop","proxy-connection","upgrade","content-length","x-envoy-upstream-service-time"\]/,
            ],
          },
        },
      ],
    },
  ),
  probe(
    "a call result denies a request",
    { request: [call("auth", "/", [deny]), pause] },
    {
      clusters: { auth: { status: 403, body: "" } },
      steps: [
        { expect: { status: 401, body: "no", upstream: null, logs: [result(403, false, "", null)] } },
        { body: "with a body", expect: { status: 401, upstream: null } },
        { chunks: ["a", "b"], chunkDelayMs: 20, expect: { status: 401, upstream: null } },
      ],
    },
  ),
  probe(
    "a call to an unknown cluster is an error and has no result",
    { request: [call("none", "/", [deny])] },
    {
      errors: ['not sent to cluster "none": the gateway has no such cluster'],
      steps: [{ expect: { status: 200, logs: ["the gateway has no such cluster"], noLogs: ['did ["response"'] } }],
    },
  ),
  probe(
    "a call to an upstream that accepts no connection results in 503",
    { request: [call("gone", "/", [resume]), pause] },
    {
      clusters: { gone: "dead" },
      steps: [{ expect: { status: 200, logs: [/did \["response",503,false/] } }],
    },
  ),
  probe(
    "a call whose connection breaks has failed",
    { request: [call("auth", "/", [resume]), pause] },
    {
      clusters: { auth: { headers: [["content-length", "100"]], body: "short", cut: true } },
      steps: [{ expect: { status: 200, logs: [result(502, true, "", null)] } }],
    },
  ),
  probe(
    "a call that takes too long results in 504",
    { request: [call("slow", "/", [resume], 50), pause] },
    {
      clusters: { slow: { hang: true } },
      steps: [{ expect: { status: 200, logs: [/did \["response",504,false/] } }],
    },
  ),
  probe(
    "the second of two calls can end first; a callback can make another call",
    {
      request: [
        call("slow", "/", [
          ["request.append", "x-order", "slow"],
          call("fast", "/", [["request.append", "x-order", "last"], resume]),
        ]),
        call("fast", "/", [["request.append", "x-order", "fast"]]),
        pause,
      ],
    },
    {
      clusters: { slow: { delayMs: 100 }, fast: {} },
      steps: [{ expect: { status: 200, upstream: { headers: { "x-order": ["fast", "slow", "last"] } } } }],
    },
  ),
  probe(
    "a response waits for a call",
    { response: [call("auth", "/", [["response.set", "x-checked", "1"], ["resumeResponse"]]), pause] },
    {
      clusters: { auth: {} },
      steps: [{ expect: { status: 200, headers: { "x-checked": "1" }, upstream: {} } }],
    },
  ),
  probe(
    "a call result replaces a response",
    { response: [call("auth", "/", [deny]), pause] },
    { clusters: { auth: {} }, steps: [{ expect: { status: 401, body: "no", upstream: {} } }] },
  ),
  {
    ...{ name: "a request whose body was replaced waits for a call", plugin: "body-write" },
    config: { requestBody: [["body.replace", "new"], call("auth", "/", [resume]), pause] },
    clusters: { auth: { delayMs: 30 } },
    steps: [
      { body: "old", expect: { status: 200, upstream: { body: "new" } } },
      { body: "old", trailers: [["x-t", "1"]], expect: { status: 200, upstream: { body: "new" } } },
    ],
  },
  {
    ...{ name: "a call result denies a request with a body", plugin: "body-write" },
    config: { requestBody: [call("auth", "/", [deny]), pause] },
    clusters: { auth: { delayMs: 30 } },
    steps: [
      { body: "old", expect: { status: 401 } },
      { body: "old", trailers: [["x-t", "1"]], expect: { status: 401 } },
    ],
  },
  probe(
    "an invalid call is an error and is not sent",
    {
      request: [
        ["call", "auth", "G T", "/", [], "", 500, []],
        ["call", "auth", "GET", "/a b", [], "", 500, []],
        ["call", "auth", "GET", "/", [["x-a", "1\r\n2"]], "", 500, []],
        ["call", "auth", "GET", "/", [["host", "h"]], "", 500, []],
        ["call", "auth", "GET", "/", [["content-length", "1"]], "", 500, []],
      ],
    },
    {
      clusters: { auth: {} },
      errors: [/not sent to cluster "auth"/],
      steps: [
        {
          expect: {
            status: 200,
            calls: [],
            logs: ['the method \\"G T\\" is not a token', /the value .* contains a control character/],
          },
        },
      ],
    },
  ),
  probe(
    "a call sends its body; host and path come from the URL, without the fragment",
    { request: [["call", "auth", "POST", "https://auth.example:8443/a?b#c", [], "the body", 500, [resume]], pause] },
    {
      clusters: { auth: {} },
      steps: [
        {
          expect: {
            status: 200,
            calls: [
              {
                cluster: "auth",
                method: "POST",
                target: "/a?b",
                headers: { host: "auth.example:8443" },
                body: "the body",
              },
            ],
          },
        },
      ],
    },
  ),
  probe(
    "resuming a message that is not paused is an error: it would be sent twice",
    { request: [resume, ["resumeResponse"]], response: [["resumeResponse"], resume] },
    {
      errors: [/the (request|response) cannot be resumed: it is not paused/],
      oneConnection: true,
      steps: [
        {
          body: "abc",
          expect: {
            status: 200,
            upstream: { body: "abc" },
            logs: ["the response cannot be resumed: it is not paused"],
          },
        },
        { expect: { status: 200, upstream: {} } },
      ],
    },
  ),
  probe(
    "a resume in the hook that pauses cancels the pause",
    { request: [resume, pause] },
    {
      steps: [
        { body: "abc", expect: { status: 200, upstream: { body: "abc" } } },
        { expect: { status: 200, upstream: {} } },
      ],
    },
  ),
  probe(
    "if two callbacks resume, the first one does and the second gets an error",
    { request: [call("fast", "/", [resume]), call("slow", "/", [resume]), pause] },
    {
      clusters: { fast: {}, slow: { delayMs: 50 } },
      errors: ["the request cannot be resumed: it is not paused"],
      oneConnection: true,
      steps: [
        { headers: [["x-answer", '{"delayMs":150}']], body: "abc", expect: { status: 200, upstream: { body: "abc" } } },
        { expect: { status: 200, upstream: {} } },
      ],
    },
  ),
  probe(
    "the plugin logs a warning if a call ends without resuming the paused request",
    { request: [call("auth", "/", []), pause] },
    {
      clusters: { auth: {} },
      steps: [
        { limitMs: 500, expect: { failure: /no response/, logs: ["a message is paused, and no call will resume it"] } },
      ],
    },
  ),
  {
    ...{ name: "if the hooks on the body and on the trailers pause, both calls decide", plugin: "body-write" },
    config: {
      requestBody: [call("fast", "/", [resume]), pause],
      requestTrailers: [call("slow", "/", [deny]), pause],
    },
    clusters: { fast: {}, slow: { delayMs: 100 } },
    steps: [{ body: "abc", trailers: [["x-t", "1"]], expect: { status: 401, body: "no" } }],
  },
  probe(
    "a URL in a query does not change the host of a call",
    {
      request: [
        call("auth", "http://a@b/", []),
        call("auth", "/check?u=http://evil.test/allow", [call("auth", "http://a.test?x=1", [resume])]),
        pause,
      ],
    },
    {
      clusters: { auth: {} },
      errors: ['the host "a@b" is invalid'],
      steps: [
        {
          expect: {
            status: 200,
            calls: [
              { cluster: "auth", target: "/check?u=http://evil.test/allow", headers: { host: "callout.example" } },
              { cluster: "auth", target: "/?x=1", headers: { host: "a.test" } },
            ],
          },
        },
      ],
    },
  ),
];

export default scenarios;
