import { did, probe, type ProbeStep } from "../probe.js";
import type { Scenario } from "../scenario.js";

const deny: ProbeStep = ["reply", 403, [["x-why", "no"]], "denied"];
const denied = { status: 403, headers: { "x-why": "no" }, body: "denied" };

const scenarios: Scenario[] = [
  probe(
    "a reply to request headers: the upstream is not asked, the response hook sees it",
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
    "a reply to a request with a body, before the body has come",
    { request: [deny] },
    {
      steps: [
        { body: "x".repeat(1000), expect: { ...denied, upstream: null } },
        { chunks: ["a", "b"], expect: { ...denied, upstream: null } },
      ],
    },
  ),
  probe(
    "a reply in the place of the upstream's response",
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
  probe(
    "a reply is refused when the stream is done",
    { done: [deny] },
    {
      errors: ["response not sent: the stream is over"],
      steps: [{ expect: { status: 200, logs: [did(deny, "the stream is over")] } }],
    },
  ),
  probe(
    "of two replies the first is sent",
    { request: [["reply", 401, [], "first"], deny] },
    {
      errors: ["response not sent: the request has been answered"],
      steps: [
        {
          expect: {
            status: 401,
            body: "first",
            headers: { "x-why": null },
            upstream: null,
            logs: [did(deny, "the request has been answered")],
          },
        },
      ],
    },
  ),
  probe(
    "a reply to a reply of its own is refused",
    { request: [["reply", 401, [], "first"]], response: [deny] },
    {
      errors: ["response not sent: the request has been answered"],
      steps: [{ expect: { status: 401, body: "first", upstream: null } }],
    },
  ),
  probe(
    "a pause does not hold a reply up",
    { request: [deny, ["pause"]], response: [["isLocalReply"]] },
    { steps: [{ expect: { ...denied, upstream: null, logs: [did(["isLocalReply"], true)] } }] },
  ),
  ...[0, 99, 100, 199, 600, 99999, -1].map((status) =>
    probe(
      `status ${status} is refused`,
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
    "more headers than a host reads are refused, not dropped",
    { request: [["reply", 401, Array.from({ length: 1025 }, (_, i) => [`x-${i}`, "v"]), "x"]] },
    {
      errors: ["response not sent: more than 1024 headers, or more than 1 MiB of them"],
      steps: [{ expect: { status: 500, upstream: null, logs: ["more than 1024 headers"] } }],
    },
  ),
  probe(
    "a pause that nothing ends is warned about",
    { request: [["pause"]] },
    {
      steps: [
        {
          limitMs: 300,
          expect: {
            failure: /no response within/,
            logs: ["[warn] [probe] [nil] [nil] a message is held, and nothing will end it"],
          },
        },
      ],
    },
  ),
  ...(
    [
      ["Content-Length", "5", "header Content-Length: only the gateway sets it"],
      ["x-a", "1\r\nx-evil: 1", 'header x-a: the value "1\\x0d\\x0ax-evil: 1" holds a control character'],
      ["", "1", 'header name "" is not a token of RFC 9110'],
      [":status", "200", 'header name ":status" is not a token of RFC 9110'],
    ] as const
  ).map(([name, value, why]) =>
    probe(
      `a reply with the header ${JSON.stringify(name)}: ${JSON.stringify(value)} is refused as a whole, for a 500`,
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
    "a reply with a header that is no pair is refused as a whole, for a 500",
    {
      request: [
        ["reply", 200, [["x-a"]], "x"],
        ["reply", 200, [["x-a", "1", "2"]], "x"],
      ],
    },
    {
      errors: [/response not sent: (header 0 is not a pair|the request has been answered)/],
      steps: [{ expect: { status: 500, upstream: null, logs: ["header 0 is not a pair of name and value"] } }],
    },
  ),
  {
    ...{ name: "a refused reply lets the request go on where the plugin fails open", plugin: "fail-open" },
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
    "HEAD gets the headers without the body",
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
    "204 and 304 without a body",
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
    "204 and 304 have no body: it is left out",
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
    "repeated headers and other bytes reach the client, the body as UTF-8",
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
    "response.code of an answer to a gRPC client is that of HTTP, which its headers do not have",
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
    "isLocalReply: false before a response, and the same in the done hook as in the response's",
    { request: [["isLocalReply"]], done: [["isLocalReply"], ["response.get", ":status"]] },
    {
      steps: [
        { expect: { status: 200, logs: [did(["isLocalReply"], false), did(["response.get", ":status"], "200")] } },
        // Cut in mid-body, where Envoy writes another reason over the upstream's.
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
    "isLocalReply: no for an upstream, yes for the gateway's own answers",
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
