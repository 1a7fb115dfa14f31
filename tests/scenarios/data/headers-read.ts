import { did, probe } from "../probe.js";
import type { Scenario } from "../scenario.js";
import { HOP_BY_HOP } from "../hop-by-hop.js";

const get = (name: string) => ["request.get", name] as const;
const getAll = (name: string) => ["request.getAll", name] as const;

const scenarios: Scenario[] = [
  probe(
    "the response hook sees the hop-by-hop headers of the upstream, the client does not",
    { response: [["response.entries"], ["response.get", "transfer-encoding"]] },
    {
      clusters: { upstream: { headers: HOP_BY_HOP, chunks: ["a", "b"] } },
      steps: [
        {
          expect: {
            headers: { connection: null, "keep-alive": null, "x-hop": "1", "proxy-connection": null, upgrade: null },
            logs: [
              // Envoy 1.36 keeps keep-alive.
              /did \["response.entries",\[\[":status","200"\],\["connection","x-hop, keep-alive"\],(\["keep-alive","[^"]*"\],)?\["x-hop","1"\],\["proxy-connection","keep-alive"\],\["upgrade","h2c"\],\["transfer-encoding","chunked"\],\["x-envoy-upstream-service-time","\d+"\]\]\]/,
              did(["response.get", "transfer-encoding"], "chunked"),
            ],
          },
        },
      ],
    },
  ),
  probe(
    "a missing header is null, an empty one is not",
    { request: [get("x-none"), get("x-empty"), ["request.has", "x-none"], ["request.has", "x-empty"]] },
    {
      steps: [
        {
          headers: [["x-empty", ""]],
          expect: {
            status: 200,
            logs: [
              did(get("x-none"), null),
              did(get("x-empty"), ""),
              did(["request.has", "x-none"], false),
              did(["request.has", "x-empty"], true),
            ],
          },
        },
      ],
    },
  ),
  probe(
    "getOr returns its second argument only if the header is missing",
    {
      request: [
        ["request.getOr", "x-none", "other"],
        ["request.getOr", "x-empty", "other"],
      ],
    },
    {
      steps: [
        {
          headers: [["x-empty", ""]],
          expect: {
            logs: [did(["request.getOr", "x-none", "other"], "other"), did(["request.getOr", "x-empty", "other"], "")],
          },
        },
      ],
    },
  ),
  probe(
    "header names are compared without case",
    { request: [get("X-Mixed-Case"), get("x-mixed-case"), ["request.has", "X-MIXED-CASE"], getAll("X-Mixed-case")] },
    {
      steps: [
        {
          headers: [["x-MIXED-case", "v"]],
          expect: {
            logs: [
              did(get("X-Mixed-Case"), "v"),
              did(get("x-mixed-case"), "v"),
              did(["request.has", "X-MIXED-CASE"], true),
              did(getAll("X-Mixed-case"), ["v"]),
            ],
          },
        },
      ],
    },
  ),
  probe(
    "the values of a repeated header that Envoy stores inline are joined",
    { request: [get("accept"), getAll("accept")] },
    {
      steps: [
        {
          headers: [
            ["accept", "a"],
            ["accept", "b"],
          ],
          expect: {
            logs: [did(get("accept"), "a,b"), did(getAll("accept"), ["a,b"])],
            upstream: { headers: { accept: "a,b" } },
          },
        },
      ],
    },
  ),
  probe(
    "other repeated headers keep their values apart; get returns the first",
    { request: [get("cookie"), getAll("cookie"), get("x-a"), getAll("x-a")] },
    {
      steps: [
        {
          headers: [
            ["cookie", "a=1"],
            ["x-a", "1"],
            ["cookie", "b=2"],
            ["x-a", "2"],
          ],
          expect: {
            logs: [
              did(get("cookie"), "a=1"),
              did(getAll("cookie"), ["a=1", "b=2"]),
              did(get("x-a"), "1"),
              did(getAll("x-a"), ["1", "2"]),
            ],
          },
        },
      ],
    },
  ),
  probe(
    "a plugin reads a request's pseudo-headers; host is also :authority",
    { request: [":method", ":scheme", ":authority", ":path", "host"].map(get) },
    {
      steps: [
        {
          method: "PUT",
          target: "/a/b?c=d",
          headers: [["host", "Example.com:8080"]],
          expect: {
            logs: [
              did(get(":method"), "PUT"),
              did(get(":scheme"), "http"),
              did(get(":authority"), "Example.com:8080"),
              did(get(":path"), "/a/b?c=d"),
              did(get("host"), "Example.com:8080"),
            ],
          },
        },
      ],
    },
  ),
  probe(
    "a plugin copies header bytes that are not UTF-8 unchanged",
    { request: [["copy", "x-a", "x-b"], ["copy", "x-utf8", "x-c"], get("x-utf8")] },
    {
      steps: [
        {
          headers: [
            ["x-a", Buffer.from([0xff, 0xfe, 0x41, 0x80, 0xc3, 0x28])],
            ["x-utf8", Buffer.from("grüße 😀")],
          ],
          expect: {
            status: 200,
            logs: [did(get("x-utf8"), "grüße 😀")],
            upstream: { headers: { "x-b": "\xff\xfeA\x80\xc3(", "x-c": Buffer.from("grüße 😀").toString("latin1") } },
          },
        },
      ],
    },
  ),
  probe(
    "a response hook cannot read request headers; the error is logged once",
    { response: [get("x-a"), get("x-b"), ["request.entries"], ["request.available"], ["response.available"]] },
    {
      errors: ["request headers cannot be read here"],
      oneWorker: true,
      steps: [
        {
          headers: [["x-a", "1"]],
          expect: {
            status: 200,
            logs: [
              "[error] [probe] [nil] [nil] request headers cannot be read here",
              did(get("x-a"), null),
              did(["request.entries"], []),
              did(["request.available"], false),
              did(["response.available"], true),
            ],
          },
        },
        { headers: [["x-a", "1"]], expect: { logs: [did(get("x-a"), null)], noLogs: ["cannot be read here"] } },
      ],
    },
  ),
  probe(
    "a request hook cannot read or set response headers",
    { request: [["response.get", "x-a"], ["response.available"], ["response.set", "x-a", "1"]] },
    {
      errors: [/response headers cannot be read here/, /response headers: set "x-a": BadArgument/],
      steps: [
        {
          expect: {
            status: 200,
            logs: [
              "[error] [probe] [nil] [nil] response headers cannot be read here",
              did(["response.get", "x-a"], null),
              did(["response.available"], false),
              did(["response.set", "x-a", "1"], 'response headers: set "x-a": BadArgument'),
            ],
            headers: { "x-a": null },
          },
        },
      ],
    },
  ),
  probe(
    "the done hook can read the headers of both messages but not write them",
    {
      done: [
        get("x-a"),
        ["response.get", ":status"],
        ["response.get", "x-b"],
        ["request.available"],
        ["request.set", "x-c", "1"],
      ],
    },
    {
      errors: ['request headers: set "x-c": BadArgument'],
      steps: [
        {
          headers: [
            ["x-a", "1"],
            ["x-answer", '{"status":201,"headers":[["x-b","2"]]}'],
          ],
          expect: {
            status: 201,
            logs: [
              did(get("x-a"), "1"),
              did(["response.get", ":status"], "201"),
              did(["response.get", "x-b"], "2"),
              did(["request.available"], true),
              did(["request.set", "x-c", "1"], 'request headers: set "x-c": BadArgument'),
            ],
          },
        },
      ],
    },
  ),
  probe(
    "every hook can read the original method, scheme, host and path",
    {
      request: [
        ["request.set", ":path", "/changed"],
        ["request.set", ":method", "PATCH"],
        ["request.set", "host", "changed"],
        ["line"],
      ],
      response: [["line"]],
      done: [["line"]],
    },
    {
      steps: [
        {
          target: "/a?b",
          headers: [["host", "h:1"]],
          expect: {
            upstream: { method: "PATCH", target: "/changed", headers: { host: "changed" } },
            logs: [/(?<![\s\S])[\s\S]*did \["line","GET","http","h:1","\/a\?b"\]/],
            noLogs: [/did \["line",.*changed/],
          },
        },
      ],
    },
  ),
];

export default scenarios;
