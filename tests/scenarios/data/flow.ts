import { respondWith } from "../../support/upstream.js";
import { did, type ProbeStep } from "../probe.js";
import type { Scenario, ScenarioPlugin } from "../scenario.js";

// Facts about messages, replacing all headers, and route calls.

interface Config {
  request?: ProbeStep[];
  requestBody?: ProbeStep[];
  response?: ProbeStep[];
  responseBody?: ProbeStep[];
  done?: ProbeStep[];
}

const flow = (name: string, config: Config, rest: Omit<Scenario, "name" | "plugin" | "config">): Scenario => ({
  ...{ name, plugin: "flow", config, ...rest },
});

/** The same on a gateway that holds headers, and on no other. */
const held = (name: string, config: Config, rest: Omit<Scenario, "name" | "plugin" | "config">): Scenario => {
  const plugin: ScenarioPlugin = {
    ...{ plugin: "flow", config, allowOnHeadersStopIteration: true },
    environment: { ALLOW_ON_HEADERS_STOP_ITERATION: "true" },
  };
  return { name, plugins: [plugin], ...rest };
};

const facts: ProbeStep = ["facts"];
const everywhere: Config = { request: [facts], requestBody: [facts], response: [facts], responseBody: [facts], done: [facts] }; // prettier-ignore
/** The log line of the step facts. */
const are = (upgrade: boolean, request: boolean, response: boolean, upstream: boolean, phase: number) =>
  did(facts, upgrade, request, response, upstream, phase);

const all = (list: string[][]): ProbeStep => ["request.replaceAll", list];
const call = (method: string, url: string, headers: string[][], body: string, steps: ProbeStep[] = []): ProbeStep =>
  ["routeCall", method, url, headers, body, steps]; // prettier-ignore
const sent = call("PUT", "http://model.example/v1?k=1#x", [["Content-Type", "text/x"]], "question");
const status: ProbeStep = ["response.get", ":status"];

const scenarios: Scenario[] = [
  flow("facts about messages are known in every hook", everywhere, {
    steps: [
      {
        ...{ body: "x", headers: [["content-type", "application/octet-stream"], respondWith({ body: "y" })] },
        expect: {
          logs: [0, 1].map((phase) => are(false, true, false, false, phase)).concat([2, 3, 4].map((phase) => are(false, true, false, true, phase))), // prettier-ignore
        },
      },
      {
        ...{ body: "x", headers: [respondWith({ headers: [["content-encoding", "gzip"]], body: "y" })] },
        expect: { logs: [are(false, false, false, false, 0), are(false, false, true, true, 2), are(false, false, true, true, 4)] }, // prettier-ignore
      },
    ],
  }),
  flow(
    "a local reply is not from the upstream",
    { request: [["reply", 403, [], "no"]], response: [facts], done: [facts] },
    {
      steps: [
        { expect: { status: 403, logs: [are(false, false, false, false, 2), are(false, false, false, false, 4)] } },
      ],
    },
  ),
  flow(
    "a WebSocket is known by the words in its headers",
    { request: [facts] },
    {
      steps: (
        [
          ["Upgrade", "websocket", true],
          ["keep-alive, Upgrade", "WebSocket", true],
          ["upgrade", "h2c, websocket", true],
          ["keep-alive", "websocket", false],
          ["upgrade", "h2c", false],
        ] as const
      ).map(([connection, upgrade, is]) => ({
        headers: [["connection", connection], ["upgrade", upgrade]] as const, // prettier-ignore
        // Without upgrade_configs, Envoy answers 403 before the plugin runs, or ignores the upgrade.
        expect: is ? { status: 403 } : { anything: true as const },
      })),
    },
  ),
  flow(
    "the path without its query, decoded and as written",
    { request: [["path"]] },
    {
      steps: [
        { target: "/a%20b/c?d=e?f", expect: { logs: [did(["path"], "/a b/c", "/a%20b/c")] } },
        { target: "/gr%C3%BC", expect: { logs: [did(["path"], "/gr\u00fc", "/gr%C3%BC")] } },
        { target: "/%zz?a", expect: { logs: [did(["path"], "/%zz", "/%zz")] } },
      ],
    },
  ),
  flow(
    "the queue returns bytes in their order",
    { request: [["queue"]] },
    { steps: [{ expect: { logs: [did(["queue"], 2, "a", "b", "c", "(empty)", 0)] } }] },
  ),
  flow(
    "disableReroute returns false where the gateway has no such setting, and the new path decides",
    { request: [["disableReroute"], ["request.set", ":path", "/new"]] },
    {
      routes: [
        { name: "old", prefix: "/old", cluster: "upstream" },
        { name: "new", prefix: "/new", cluster: "other" },
      ],
      clusters: { other: { body: "other" } },
      steps: [
        { target: "/old", expect: { body: "other", upstream: null, logs: [did(["disableReroute"], false)], noLogs: ["[error]"] } }, // prettier-ignore
      ],
    },
  ),

  flow(
    "all headers of a request are replaced, and pseudo-headers that are not given stay",
    { request: [all([["X-A", "1"], [":path", "/new"], ["x-a", "2"]]), ["request.get", "x-old"], ["request.get", ":path"], ["line"]] }, // prettier-ignore
    {
      steps: [
        {
          ...{ target: "/old", headers: [["x-old", "1"]] },
          expect: {
            status: 200,
            upstream: { target: "/new", headers: { "x-old": null, "x-a": ["1", "2"], host: "localhost" } },
            logs: [did(["request.get", "x-old"], null), did(["request.get", ":path"], "/new"), did(["line"], "GET", "http", "localhost", "/old")], // prettier-ignore
          },
        },
      ],
    },
  ),
  flow(
    "the present headers can replace all headers, with content-length and a body",
    { request: [["request.replaceAllButX"]] },
    {
      oneConnection: true,
      steps: [
        {
          ...{ body: "hello", headers: [["x-a", "1"], ["a", "1"]] }, // prettier-ignore
          expect: { status: 200, upstream: { body: "hello", headers: { "x-a": null, a: "1" } } },
        },
        { chunks: ["hel", "lo"], expect: { status: 200, upstream: { body: "hello" } } },
      ],
    },
  ),
  flow(
    "a wrong header among all headers changes nothing",
    {
      request: [
        all([["x-a", "1"], ["x-b", "a\r\nx-c: 1"]]), // prettier-ignore
        all([["x-a", "1"], ["x b", "1"]]), // prettier-ignore
        all([["x-a", "1"], ["content-length", "3"]]), // prettier-ignore
        all([["x-a", "1"], ["Transfer-Encoding", "chunked"]]), // prettier-ignore
        all([["x-a", "1"], [":path", "a b"]]), // prettier-ignore
        all([["x-a", "1"], [":path", "/1"], [":path", "/2"]]), // prettier-ignore
        all([["x-a", "1"], [":authority", "a"], ["Host", "b"]]), // prettier-ignore
        all([["x-a", "1"], [":status", "200"]]), // prettier-ignore
        all([["x-a", "1"], ["x-b"]]), // prettier-ignore
        all([["x-a", "1"], [":method", "CONNECT"]]), // prettier-ignore
      ],
    },
    {
      errors: Array.from({ length: 10 }, () => "request headers: replace"),
      steps: [
        {
          headers: [["x-old", "1"]],
          expect: {
            ...{ status: 200, upstream: { target: "/", headers: { "x-old": "1", "x-a": null } } },
            logs: [
              "this header has one value",
              "contains a control character",
              "is not a token",
              'replace "content-length": only the gateway sets this header',
              'replace "Transfer-Encoding": only the gateway sets this header',
              'replace "header 1": it is not a pair',
              "a request cannot become a CONNECT",
            ],
          },
        },
      ],
    },
  ),
  flow(
    "all headers of a response are replaced, and the status stays",
    { response: [["response.replaceAll", [["x-a", "1"]]]] },
    {
      oneConnection: true,
      steps: [1, 2].map(() => ({
        headers: [respondWith({ status: 201, headers: [["x-old", "1"]], body: "hello" })],
        expect: { status: 201, body: "hello", headers: { "x-old": null, "x-a": "1" } },
      })),
    },
  ),

  {
    ...{
      name: "with OnlyTextBodies, the hook sees text only, unless the plugin buffers a body",
      plugin: "text-bodies",
    },
    steps: [
      ...(
        [
          [undefined, undefined, true],
          ["text/plain; charset=utf-8", undefined, true],
          ["Application/JSON", undefined, true],
          ["application/vnd.api+json;v=1", "identity", true],
          ["application/x-www-form-urlencoded", undefined, true],
          ["image/png", undefined, false],
          ["application/jsonx", undefined, false],
          ["application/grpc", undefined, false],
          ["application/json", "gzip", false],
        ] as const
      ).map(([type, encoding, isSeen]) => ({
        body: "x",
        headers: [
          ...(type === undefined ? [] : [["content-type", type] as const]),
          ...(encoding === undefined ? [] : [["content-encoding", encoding] as const]),
        ],
        expect: isSeen ? { status: 403 } : { status: 200, upstream: { body: "x" } },
      })),
      { body: "x", headers: [["content-type", "image/png"], ["x-buffer", "1"]], expect: { status: 403, body: "seen!" } }, // prettier-ignore
      { headers: [respondWith({ headers: [["content-type", "text/css"]], body: "a" })], expect: { body: "a!" } },
      { headers: [respondWith({ headers: [["content-type", "font/woff"]], body: "a" })], expect: { body: "a" } },
    ],
  },

  held(
    "a route call sends the request on, and its handler gets the response instead of the hooks",
    { requestBody: [call("PUT", "http://model.example/v1?k=1#x", [["Content-Type", "text/x"]], "question", [status, ["response.set", "x-h", "1"], ["body.append", "!"]])], response: [["reply", 500, [], "hook"]], responseBody: [["reply", 500, [], "hook"]] }, // prettier-ignore
    {
      oneConnection: true,
      steps: [
        ...[{ body: "old body" }, { chunks: ["old", "body"] }].map((shape) => ({
          ...{ ...shape, target: "/old?q", headers: [["accept-encoding", "gzip"], respondWith({ status: 201, body: "reply" })] as const }, // prettier-ignore
          expect: {
            ...{ status: 201, body: "reply!", headers: { "x-h": "1" } },
            upstream: {
              ...{ method: "PUT", target: "/v1?k=1", body: "question" },
              headers: {
                ...{ host: "model.example", "content-type": "text/x", "accept-encoding": null },
                ...{ "x-envoy-original-method": "POST", "x-envoy-original-path": "/old?q", "x-envoy-original-host": "localhost" }, // prettier-ignore
              },
            },
            logs: [did(status, "201"), "route response 201 reply"],
          },
        })),
      ],
    },
  ),
  held(
    "a route call of a request without a body, and a response without a body",
    { request: [call("POST", "/new", [], "", [status])] },
    {
      routes: [
        { name: "new", prefix: "/new", cluster: "other" },
        { name: "old", prefix: "/", cluster: "upstream" },
      ],
      clusters: { other: { status: 204 } },
      steps: [{ expect: { status: 204, upstream: null, calls: [{ cluster: "other", method: "POST", target: "/new" }], logs: [did(status, "204")] } }], // prettier-ignore
    },
  ),
  held(
    "the handler of a route call can send a local reply",
    { requestBody: [call("POST", "/", [], "q", [["reply", 502, [], "bad model"]])] },
    {
      oneConnection: true,
      steps: [{ body: "x", headers: [respondWith({ chunks: ["long ", "reply"], chunkDelayMs: 20 })], expect: { status: 502, body: "bad model" } }], // prettier-ignore
    },
  ),
  held(
    "the handler of a route call gets the gateway's local reply, and no local reply of the plugin",
    { requestBody: [call("POST", "/none", [], "q", [["isLocalReply"]])] },
    {
      routes: [{ name: "old", prefix: "/old", cluster: "upstream" }],
      steps: [{ target: "/old", body: "x", expect: { status: 404, upstream: null, logs: [did(["isLocalReply"], true), "route response 404"] } }], // prettier-ignore
    },
  ),
  held(
    "a wrong route call changes nothing",
    {
      request: [sent],
      requestBody: [
        call("a b", "/", [], "q"),
        call("CONNECT", "/", [], "q"),
        call("POST", "/a b", [], "q"),
        call("POST", "http://a b/", [], "q"),
        call("POST", "http://me@a/", [], "q"),
        call("POST", "/", [["x-a", "1\n"]], "q"),
        call("POST", "/", [[":path", "/"]], "q"),
        call("POST", "/", [["content-length", "1"]], "q"),
      ],
    },
    {
      errors: Array.from({ length: 9 }, () => "route call not sent: "),
      steps: [
        {
          ...{ method: "POST", target: "/old", body: "old" },
          expect: {
            status: 200,
            upstream: { method: "POST", target: "/old", body: "old", headers: { "x-envoy-original-path": null, host: "localhost" } }, // prettier-ignore
            logs: [
              "call it in the hook on the whole request body",
              "not sent: method:",
              "not sent: path:",
              "not sent: host:",
            ],
          },
        },
      ],
    },
  ),
  flow(
    "a route call is an error where the gateway does not hold headers",
    { requestBody: [sent] },
    {
      errors: ["route call not sent: "],
      steps: [{ body: "old", expect: { status: 200, upstream: { method: "POST", target: "/", body: "old" } } }],
    },
  ),
];

export default scenarios;
