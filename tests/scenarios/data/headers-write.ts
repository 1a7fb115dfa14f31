import { did, probe, type ProbeStep } from "../probe.js";
import type { Scenario } from "../scenario.js";

const set = (name: string, value: string) => ["request.set", name, value] as const;
const refused = (step: ProbeStep, why: string) =>
  did(step, `request headers: ${step[0].slice("request.".length)} ${JSON.stringify(step[1])}: ${why}`);

const scenarios: Scenario[] = [
  probe(
    "set replaces all values, append adds one, delete removes all",
    {
      request: [
        set("x-a", "new"),
        set("x-b", "b"),
        ["request.append", "x-c", "3"],
        ["request.append", "accept", "c"],
        ["request.delete", "x-d"],
        ["request.delete", "x-none"],
      ],
    },
    {
      steps: [
        {
          headers: [
            ["x-a", "1"],
            ["x-a", "2"],
            ["x-c", "1"],
            ["accept", "a"],
            ["x-d", "1"],
            ["x-d", "2"],
          ],
          expect: {
            status: 200,
            upstream: { headers: { "x-a": "new", "x-b": "b", "x-c": ["1", "3"], accept: "a,c", "x-d": null } },
          },
        },
      ],
    },
  ),
  probe(
    "a plugin reads the headers that it has written",
    {
      request: [
        set("x-a", "1"),
        ["request.get", "x-a"],
        ["request.append", "x-a", "2"],
        ["request.get", "x-a"],
        ["request.getAll", "x-a"],
        ["request.delete", "x-a"],
        ["request.get", "x-a"],
        ["request.has", "x-a"],
      ],
    },
    {
      steps: [
        {
          expect: {
            logs: [
              did(["request.get", "x-a"], "1"),
              did(["request.getAll", "x-a"], ["1", "2"]),
              did(["request.get", "x-a"], null),
              did(["request.has", "x-a"], false),
            ],
            upstream: { headers: { "x-a": null } },
          },
        },
      ],
    },
  ),
  probe(
    "response headers can be set, appended and deleted, also set-cookie",
    {
      response: [
        ["response.set", "x-a", "new"],
        ["response.append", "set-cookie", "b=2"],
        ["response.delete", "x-internal"],
        ["response.set", ":status", "299"],
        ["response.getAll", "set-cookie"],
      ],
    },
    {
      steps: [
        {
          headers: [["x-answer", '{"headers":[["x-a","1"],["x-a","2"],["set-cookie","a=1"],["x-internal","1"]]}']],
          expect: {
            status: 299,
            headers: { "x-a": "new", "set-cookie": ["a=1", "b=2"], "x-internal": null },
            logs: [did(["response.getAll", "set-cookie"], ["a=1", "b=2"])],
          },
        },
      ],
    },
  ),
  probe(
    "a value with a control character is an error and is not sent",
    {
      request: [set("x-a", "1\r\nx-evil: 1"), set("x-b", "1\n2"), set("x-c", "\0"), ["request.append", "x-d", "a\rb"]],
      response: [["response.set", "x-a", "1\r\nx-evil: 1"]],
    },
    {
      errors: [/contains a control character/],
      steps: [
        {
          expect: {
            status: 200,
            headers: { "x-a": null, "x-evil": null },
            upstream: { headers: { "x-a": null, "x-b": null, "x-c": null, "x-d": null, "x-evil": null } },
            logs: [
              refused(set("x-a", "1\r\nx-evil: 1"), 'the value "1\\x0d\\x0ax-evil: 1" contains a control character'),
              refused(set("x-b", "1\n2"), 'the value "1\\x0a2" contains a control character'),
              refused(set("x-c", "\0"), 'the value "\\x00" contains a control character'),
              refused(["request.append", "x-d", "a\rb"], 'the value "a\\x0db" contains a control character'),
              "response headers: set",
            ],
          },
        },
      ],
    },
  ),
  probe(
    "an empty name, or a name that is not a token, is an error and is not sent",
    {
      request: [
        set("", "1"),
        set("x a", "1"),
        set("x:a", "1"),
        ["request.append", "x\ny", "1"],
        ["request.delete", ""],
        set("x-ü", "1"),
      ],
    },
    {
      errors: [/is not a token/],
      steps: [
        {
          expect: {
            status: 200,
            upstream: { headers: { "x a": null, "": null } },
            logs: [
              refused(set("", "1"), "the name is not a token of RFC 9110"),
              refused(set("x a", "1"), "the name is not a token of RFC 9110"),
              refused(set("x:a", "1"), "the name is not a token of RFC 9110"),
              refused(["request.delete", ""], "the name is not a token of RFC 9110"),
              /set \\"x-\\\\xfc\\": the name is not a token/,
            ],
          },
        },
      ],
    },
  ),
  probe(
    "pseudo-headers cannot be deleted, appended or invented",
    {
      request: [
        ["request.delete", ":method"],
        ["request.delete", ":path"],
        ["request.delete", "host"],
        ["request.append", ":path", "/x"],
        ["request.append", "Host", "x"],
        set(":status", "200"),
        set(":evil", "1"),
      ],
      response: [
        ["response.delete", ":status"],
        ["response.append", ":status", "200"],
        ["response.set", ":path", "/x"],
      ],
    },
    {
      errors: [/(request|response) headers: /],
      steps: [
        {
          expect: {
            status: 200,
            upstream: { method: "GET", target: "/", headers: { host: "localhost" } },
            logs: [
              refused(["request.delete", ":method"], "a message needs its pseudo-headers"),
              refused(["request.delete", "host"], "a message needs its pseudo-headers"),
              refused(["request.append", ":path", "/x"], "a pseudo-header has one value"),
              refused(["request.append", "Host", "x"], "a pseudo-header has one value"),
              refused(set(":status", "200"), "requests have no such pseudo-header"),
              refused(set(":evil", "1"), "requests have no such pseudo-header"),
              'response headers: delete ":status"',
              'response headers: set ":path": responses have no such pseudo-header',
            ],
          },
        },
      ],
    },
  ),
  probe(
    "pseudo-headers accept valid values only",
    {
      request: [
        set("host", ""),
        set("host", "localhost"),
        set(":path", ""),
        set(":path", "/a b"),
        set(":method", "G T"),
        set(":scheme", "ftp"),
        set("host", "a\tb"),
        set(":method", ""),
      ],
      response: [
        ["response.set", ":status", "abc"],
        ["response.set", ":status", "99"],
        ["response.set", ":status", "600"],
        ["response.set", ":status", "0200"],
      ],
    },
    {
      errors: [/is not allowed/],
      steps: [
        {
          expect: {
            status: 200,
            upstream: { method: "GET", target: "/", headers: { host: "localhost" } },
            logs: [
              refused(set(":path", ""), 'the value "" is not allowed'),
              refused(set(":path", "/a b"), 'the value "/a b" is not allowed'),
              refused(set(":method", "G T"), 'the value "G T" is not allowed'),
              refused(set(":scheme", "ftp"), 'the value "ftp" is not allowed'),
              refused(set("host", "a\tb"), 'the value "a\\x09b" is not allowed'),
              'response headers: set ":status": the value "abc" is not allowed',
              'response headers: set ":status": the value "600" is not allowed',
            ],
          },
        },
      ],
    },
  ),
  probe(
    "host and :authority are the same header",
    {
      request: [
        set("Host", "a.example"),
        ["request.get", ":authority"],
        set(":authority", "b.example"),
        ["request.get", "host"],
      ],
    },
    {
      steps: [
        {
          expect: {
            upstream: { headers: { host: "b.example" } },
            logs: [did(["request.get", ":authority"], "a.example"), did(["request.get", "host"], "b.example")],
          },
        },
      ],
    },
  ),
  probe(
    "content-length and transfer-encoding can be deleted but not written",
    {
      request: [
        set("transfer-encoding", "chunked"),
        ["request.append", "Transfer-Encoding", "chunked"],
        set("content-length", "1"),
        ["request.append", "content-length", "1"],
      ],
      response: [
        ["response.set", "content-length", "1"],
        ["response.append", "transfer-encoding", "chunked"],
        ["response.delete", "content-length"],
      ],
    },
    {
      errors: [/only the gateway sets this header/],
      oneConnection: true,
      steps: [
        {
          method: "POST",
          headers: [["x-answer", '{"body":"reply"}']],
          body: "0\r\n\r\n",
          expect: {
            status: 200,
            body: "reply",
            headers: { "content-length": null, "transfer-encoding": "chunked" },
            upstream: { headers: { "content-length": "5", "transfer-encoding": null }, body: "0\r\n\r\n" },
            logs: [refused(set("content-length", "1"), "only the gateway sets this header; it can be deleted")],
          },
        },
        { expect: { status: 200 } },
      ],
    },
  ),
  ...["204", "205", "304"].map((status) =>
    probe(
      `a response with a body cannot become a ${status}`,
      { response: [["response.set", ":status", status]] },
      {
        errors: ["the response has a body, which this status cannot have"],
        oneConnection: true,
        steps: [
          {
            headers: [["x-answer", '{"body":"HTTP/1.1 200 OK\\r\\ncontent-length: 4\\r\\n\\r\\nEVIL"}']],
            expect: { status: 200, body: /EVIL$/, logs: ["the response has a body"] },
          },
          { headers: [["x-answer", '{"body":"next"}']], expect: { status: 200, body: "next" } },
        ],
      },
    ),
  ),
  probe(
    "a response without a body can become a 204",
    { response: [["response.set", ":status", "204"]] },
    { steps: [{ headers: [["x-answer", '{"status":200,"body":""}']], expect: { status: 204, body: "" } }] },
  ),
  probe(
    "a HEAD request keeps its method, and no request becomes a CONNECT",
    { request: [set(":method", "GET"), set(":method", "CONNECT"), set(":method", "HEAD")] },
    {
      errors: [/a HEAD keeps its method/, /a request cannot become a CONNECT/],
      oneConnection: true,
      steps: [
        {
          method: "HEAD",
          expect: {
            status: 200,
            body: "",
            upstream: { method: "HEAD" },
            logs: [
              refused(set(":method", "GET"), "a HEAD keeps its method"),
              refused(set(":method", "CONNECT"), "a HEAD keeps its method"),
            ],
          },
        },
        {
          method: "HEAD",
          expect: { status: 200, body: "", upstream: { method: "HEAD" } },
        },
      ],
    },
  ),
  {
    name: "a header that a call handler sets, and a body hook in the same callback deletes, does not reach the upstream",
    plugin: "late-delete",
    ...{ environment: { ALLOW_ON_HEADERS_STOP_ITERATION: "true" }, allowOnHeadersStopIteration: true },
    clusters: { later: { delayMs: 60 } },
    steps: [
      {
        body: "hi",
        expect: {
          status: 200,
          upstream: { headers: { "x-a": "1", "x-secret": null, "x-parts": "Ã©", "x-length": "1" } },
        },
      },
    ],
  },
];

export default scenarios;
