import { respondWith } from "../../support/upstream.js";
import { did, probe, type ProbeStep } from "../probe.js";
import type { Scenario } from "../scenario.js";

const deny: ProbeStep = ["reply", 403, [["x-why", "no"]], "denied"];
const LOCAL_ADDRESS: ProbeStep = ["property", ["upstream", "local_address"], "string"];
const denied = { status: 403, headers: { "x-why": "no" }, body: "denied" };

const scenarios: Scenario[] = [
  probe(
    "a local reply to request headers runs the response hook, and the upstream gets no request",
    {
      request: [deny],
      response: [["isLocalReply"], ["response.get", ":status"], ["response.set", "x-hook", "1"]],
      done: [["isLocalReply"]],
    },
    {
      steps: [
        {
          expect: {
            ...denied,
            headers: { "x-why": "no", "content-type": "text/plain", "x-hook": "1" },
            upstream: null,
            logs: [did(deny, null), did(["isLocalReply"], true), did(["response.get", ":status"], "403")],
          },
        },
      ],
    },
  ),
  probe(
    "a local reply can be sent before the request's body has arrived",
    { request: [deny] },
    {
      steps: [
        { body: "x".repeat(1000), expect: { ...denied, upstream: null } },
        { chunks: ["a", "b"], expect: { ...denied, upstream: null } },
      ],
    },
  ),
  probe(
    "a local reply replaces the upstream's response",
    { response: [["isLocalReply"], deny] },
    {
      steps: [
        {
          headers: [["x-answer", '{"status":200,"headers":[["x-up","1"]],"body":"secret"}']],
          expect: {
            ...denied,
            headers: { "x-why": "no", "x-up": null },
            upstream: {},
            logs: [did(["isLocalReply"], false), did(deny, null)],
          },
        },
      ],
    },
  ),
  ...[{ body: "late" }, { status: 204 }, { reset: true }].map((response) =>
    probe(
      `an upstream that responds while a filter holds a local reply does not change the reply: ${JSON.stringify(response)}`,
      {
        request: [["call", "quick", "GET", "/", [], "", 5000, [deny]]],
        response: [
          ["call", "long", "GET", "/", [], "", 5000, [["resumeResponse"]]],
          ["isLocalReply"],
          LOCAL_ADDRESS,
          ["pause"],
        ],
      },
      {
        clusters: { quick: {}, long: { delayMs: 400 } },
        steps: [
          {
            headers: [respondWith({ ...response, delayMs: 150 })],
            expect: {
              ...denied,
              // The property stays, although the gateway has closed the connection.
              logs: [did(["isLocalReply"], true), /"local_address"\],"string","127\.0\.0\.1:\d+"/],
              noLogs: [did(["isLocalReply"], false)],
            },
          },
        ],
      },
    ),
  ),
  probe(
    "a local reply in the done hook is an error",
    { done: [deny] },
    {
      errors: ["response not sent: the stream is over"],
      steps: [{ expect: { status: 200, logs: [did(deny, "the stream is over")] } }],
    },
  ),
  probe(
    "of two local replies the first is sent",
    { request: [["reply", 401, [], "first"], deny] },
    {
      errors: ["response not sent: the request already has a local reply"],
      steps: [
        {
          expect: {
            status: 401,
            body: "first",
            headers: { "x-why": null },
            upstream: null,
            logs: [did(deny, "the request already has a local reply")],
          },
        },
      ],
    },
  ),
  probe(
    "a local reply to the plugin's own local reply is an error",
    { request: [["reply", 401, [], "first"]], response: [deny] },
    {
      errors: ["response not sent: the request already has a local reply"],
      steps: [{ expect: { status: 401, body: "first", upstream: null } }],
    },
  ),
  probe(
    "a pause does not delay a local reply",
    { request: [deny, ["pause"]], response: [["isLocalReply"]] },
    { steps: [{ expect: { ...denied, upstream: null, logs: [did(["isLocalReply"], true)] } }] },
  ),
  ...[0, 99, 100, 199, 600, 99999, -1].map((status) =>
    probe(
      `a local reply with status code ${status} is an error and gives 500`,
      { request: [["reply", status, [], "x"]] },
      {
        errors: [`response not sent: status ${status} is not one of 200 to 599`],
        steps: [
          {
            expect: {
              status: 500,
              body: "",
              upstream: null,
              logs: [did(["reply", status, [], "x"], `status ${status} is not one of 200 to 599`)],
            },
          },
        ],
      },
    ),
  ),
  probe(
    "a local reply with more headers than a host reads is an error and gives 500",
    { request: [["reply", 401, Array.from({ length: 1025 }, (_, i) => [`x-${i}`, "v"]), "x"]] },
    {
      errors: ["response not sent: more than 1024 headers, or more than 1 MiB of them"],
      steps: [{ expect: { status: 500, upstream: null, logs: ["more than 1024 headers"] } }],
    },
  ),
  probe(
    "the plugin logs a warning if it pauses without a call",
    { request: [["pause"]] },
    {
      steps: [
        {
          limitMs: 300,
          expect: {
            failure: /no response within/,
            logs: ["[warn] [probe] [nil] [nil] a message is paused, and no call will resume it"],
          },
        },
      ],
    },
  ),
  ...(
    [
      ["Content-Length", "5", "header Content-Length: only the gateway sets this header"],
      ["x-a", "1\r\nx-evil: 1", 'header x-a: the value "1\\x0d\\x0ax-evil: 1" contains a control character'],
      ["", "1", 'header name "" is not a token of RFC 9110'],
      [":path", "/", 'header name ":path" is not a token of RFC 9110'],
    ] as const
  ).map(([name, value, why]) =>
    probe(
      `a local reply with the header ${JSON.stringify(name)}: ${JSON.stringify(value)} is an error and gives 500`,
      {
        request: [
          [
            "reply",
            200,
            [
              ["x-good", "1"],
              [name, value],
            ],
            "x",
          ],
        ],
      },
      {
        errors: [`response not sent: ${why}`],
        steps: [
          {
            expect: {
              status: 500,
              headers: { "x-a": null, "x-evil": null, "x-good": null },
              body: "",
              upstream: null,
              logs: [
                did(
                  [
                    "reply",
                    200,
                    [
                      ["x-good", "1"],
                      [name, value],
                    ],
                    "x",
                  ],
                  why,
                ),
              ],
            },
          },
        ],
      },
    ),
  ),
  probe(
    "a local reply with a header that is not a pair is an error and gives 500",
    {
      request: [
        ["reply", 200, [["x-a"]], "x"],
        ["reply", 200, [["x-a", "1", "2"]], "x"],
      ],
    },
    {
      errors: [/response not sent: (header 0 is not a pair|the request already has a local reply)/],
      steps: [{ expect: { status: 500, upstream: null, logs: ["header 0 is not a pair of name and value"] } }],
    },
  ),
  {
    ...{ name: "with FailOpen, a request continues after an invalid local reply", plugin: "fail-open" },
    config: {
      request: [
        ["reply", 0, [], "x"],
        ["reply", 200, [["x a", "1"]], "x"],
      ],
    },
    errors: [/response not sent/],
    steps: [
      {
        expect: {
          status: 200,
          upstream: {},
          logs: ["status 0 is not one of 200 to 599", 'header name \\"x a\\" is not a token'],
        },
      },
    ],
  },
  probe(
    "a HEAD request gets the headers without the body",
    { request: [["reply", 200, [["content-type", "text/html"]], "<p>hello"]] },
    {
      oneConnection: true,
      steps: [
        {
          method: "HEAD",
          expect: {
            status: 200,
            headers: { "content-type": "text/html", "content-length": "8" },
            body: "",
            upstream: null,
          },
        },
        { expect: { status: 200, body: "<p>hello", headers: { "content-type": "text/html" } } },
      ],
    },
  ),
  probe(
    "local replies with 204 and 304 without a body are sent",
    { request: [["reply", 204, [["x-a", "1"]]]] },
    {
      oneConnection: true,
      steps: [
        { expect: { status: 204, headers: { "x-a": "1", "content-type": null }, body: "", upstream: null } },
        { expect: { status: 204, body: "" } },
        { update: { request: [["reply", 304, []]] }, expect: "accepted" },
        { expect: { status: 304, body: "" } },
      ],
    },
  ),
  probe(
    "local replies with 204 and 304 are sent without their body, with a warning",
    { request: [["reply", 204, [], "body"]] },
    {
      oneConnection: true,
      steps: [
        {
          expect: {
            status: 204,
            headers: { "content-length": null },
            logs: ["[warn] [probe] [nil] [nil] a response with status 204"],
          },
        },
        { expect: { status: 204, body: "" } },
        { update: { request: [["reply", 304, [], "body"]] }, expect: "accepted" },
        { expect: { status: 304, headers: { "content-length": null } } },
        { expect: { status: 304, body: "" } },
      ],
    },
  ),
  probe(
    "repeated headers and header bytes that are not ASCII reach the client, the body as UTF-8",
    {
      request: [
        [
          "reply",
          200,
          [
            ["set-cookie", "a=1"],
            ["set-cookie", "b=2"],
            ["x-text", "grüße"],
          ],
          "grüße 😀",
        ],
      ],
    },
    {
      steps: [
        {
          expect: {
            status: 200,
            headers: { "set-cookie": ["a=1", "b=2"], "x-text": Buffer.from("grüße").toString("latin1") },
            body: "grüße 😀",
          },
        },
      ],
    },
  ),
  probe(
    "a gRPC client gets a gRPC status",
    { request: [["reply", 403, [], "no", "", 7]] },
    {
      steps: [
        {
          method: "POST",
          headers: [["content-type", "application/grpc"]],
          expect: {
            status: 200,
            headers: { "grpc-status": "7", "grpc-message": "no", "content-type": "application/grpc" },
          },
        },
      ],
    },
  ),
  probe(
    "for a gRPC client, response.code of a local reply is the HTTP status code, :status is 200",
    {
      response: [
        ["property", ["response", "code"], "i64"],
        ["response.get", ":status"],
      ],
    },
    {
      routes: [{ prefix: "/", cluster: "dead" }],
      clusters: { dead: "dead" },
      steps: [
        {
          method: "POST",
          headers: [["content-type", "application/grpc"]],
          expect: {
            ...{ status: 200, headers: { "grpc-status": "14" } },
            logs: [did(["property", ["response", "code"], "i64"], 503), did(["response.get", ":status"], "200")],
          },
        },
      ],
    },
  ),
  probe(
    "isLocalReply is false before a response, and for upstream responses in the done hook",
    { request: [["isLocalReply"]], done: [["isLocalReply"], ["response.get", ":status"]] },
    {
      steps: [
        { expect: { status: 200, logs: [did(["isLocalReply"], false), did(["response.get", ":status"], "200")] } },
        // The upstream closes the connection within the body: Envoy then replaces the response code details.
        {
          headers: [["x-answer", '{"headers":[["content-length","100"]],"body":"short","cut":true}']],
          expect: {
            failure: /connection ended within a message/,
            logs: [did(["response.get", ":status"], "200")],
            noLogs: [did(["isLocalReply"], true)],
          },
        },
      ],
    },
  ),
  probe(
    "isLocalReply is false for upstream responses and true for the gateway's local replies",
    { response: [["isLocalReply"]] },
    {
      routes: [
        { prefix: "/up", cluster: "upstream" },
        { prefix: "/direct", directResponse: { status: 200, body: "direct" } },
        { prefix: "/dead", cluster: "dead" },
      ],
      clusters: { dead: "dead" },
      steps: [
        { target: "/up", expect: { status: 200, logs: [did(["isLocalReply"], false)] } },
        { target: "/direct", expect: { status: 200, logs: [did(["isLocalReply"], true)] } },
        { target: "/dead", expect: { status: 503, logs: [did(["isLocalReply"], true)] } },
        { target: "/none", expect: { status: 404, logs: [did(["isLocalReply"], true)] } },
      ],
    },
  ),
];

export default scenarios;
