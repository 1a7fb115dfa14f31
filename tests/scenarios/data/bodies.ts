import { did, type ProbeStep } from "../probe.js";
import type { RequestStep, Scenario } from "../scenario.js";

interface BodyConfig {
  request?: ProbeStep[];
  requestBody?: ProbeStep[];
  requestTrailers?: ProbeStep[];
  response?: ProbeStep[];
  responseBody?: ProbeStep[];
  responseTrailers?: ProbeStep[];
}

const writes = (name: string, config: BodyConfig, rest: Omit<Scenario, "name" | "plugin" | "config">): Scenario => ({
  ...{ name, plugin: "body-write", config, ...rest },
});
const reads = (name: string, config: BodyConfig, rest: Omit<Scenario, "name" | "plugin" | "config">): Scenario => ({
  ...{ name, plugin: "body-read", config, ...rest },
});

const both = (name: string, config: BodyConfig, steps: RequestStep[]): Scenario => ({
  ...{ name, plugin: "body-both", config, steps },
});

const text: ProbeStep = ["body.text"];
const length: ProbeStep = ["body.length"];
const deny: ProbeStep = ["reply", 403, [], "denied"];
const answer = (answer: object) => ["x-answer", JSON.stringify(answer)] as const;
/** A call whose answer, a little later, lets the message go on. */
const later = (resume: "Request" | "Response"): ProbeStep => [
  ...(["call", "later", "GET", "/", [], "", 500, [[`resume${resume}`]]] as const),
];
const MIB = 1024 * 1024;

const scenarios: Scenario[] = [
  // Sizes and shapes.
  writes(
    "a request's body is handed over once, whole",
    { requestBody: [length, text, ["body.encoding"]] },
    {
      steps: [
        { body: "x", expect: { status: 200, logs: [did(length, 1), did(text, "x"), did(["body.encoding"], "")] } },
        { chunks: ["ab", "cd", "ef"], chunkDelayMs: 20, expect: { logs: [did(length, 6), did(text, "abcdef")] } },
        { expect: { status: 200, noLogs: ["body."] } },
        { method: "POST", headers: [["content-length", "0"]], expect: { status: 200, noLogs: ["body."] } },
        { chunks: [], expect: { status: 200, logs: [did(length, 0), did(text, "")] } },
      ],
    },
  ),
  writes(
    "a body that fills the buffer passes, a byte more is 413",
    { requestBody: [length] },
    {
      steps: [
        { body: "x".repeat(MIB), headers: [answer({ body: "ok" })], expect: { status: 200, logs: [did(length, MIB)] } },
        { body: "x".repeat(MIB + 1), expect: { status: 413, noLogs: ["body."] } },
      ],
    },
  ),
  writes(
    "a body over the limit is 413 also where the hook would deny it",
    { requestBody: [deny] },
    {
      steps: [
        { body: "x".repeat(MIB + 1), expect: { status: 413, body: /Payload Too Large/ } },
        { body: "x", expect: { status: 403, body: "denied" } },
      ],
    },
  ),
  writes(
    "a response's body is handed over once, whole",
    { responseBody: [length, text] },
    {
      steps: [
        { headers: [answer({ body: "hello" })], expect: { body: "hello", logs: [did(length, 5), did(text, "hello")] } },
        {
          headers: [answer({ chunks: ["he", "llo"], chunkDelayMs: 20 })],
          expect: { body: "hello", logs: [did(length, 5)] },
        },
        { headers: [answer({ body: "" })], expect: { status: 200, body: "", noLogs: ["body."] } },
        { headers: [answer({ status: 204 })], expect: { status: 204, body: "", noLogs: ["body."] } },
        { method: "HEAD", headers: [answer({ body: "hello" })], expect: { status: 200, body: "", noLogs: ["body."] } },
      ],
    },
  ),

  // Replacements, each followed by a second message on the same connection.
  ...(
    [
      ["shorter", "ab", "ab"],
      ["equal", "ABCDE", "ABCDE"],
      ["longer", "a longer body than it was", "a longer body than it was"],
      ["empty", "", ""],
    ] as const
  ).map(([name, by, body]) =>
    writes(
      `a ${name} replacement leaves both connections in step`,
      { requestBody: [["body.replace", by]], responseBody: [["body.replace", by]] },
      {
        oneConnection: true,
        steps: [
          { body: "abcde", headers: [answer({ body: "12345" })], expect: { status: 200, body, upstream: { body } } },
          { body: "abcde", headers: [answer({ body: "12345" })], expect: { status: 200, body, upstream: { body } } },
          { expect: { status: 200, body, upstream: { body: "" } } },
        ],
      },
    ),
  ),
  writes(
    "prepend, append and bytes",
    {
      requestBody: [["body.prepend", "<"], ["body.append", ">"], text, length],
      responseBody: [["body.replaceBytes", "é"]],
    },
    {
      oneConnection: true,
      steps: [
        {
          body: "mid",
          expect: { status: 200, body: "é", upstream: { body: "<mid>" }, logs: [did(text, "<mid>"), did(length, 5)] },
        },
        { chunks: ["m", "id"], expect: { status: 200, body: "é", upstream: { body: "<mid>" } } },
        { chunks: [], expect: { status: 200, upstream: { body: "<>" } } },
      ],
    },
  ),
  writes(
    "content-length goes when a body may be written",
    {},
    {
      steps: [
        {
          body: "abc",
          headers: [answer({ body: "12345" })],
          expect: {
            status: 200,
            headers: { "content-length": null, "transfer-encoding": "chunked" },
            upstream: { headers: { "content-length": null, "transfer-encoding": "chunked" }, body: "abc" },
          },
        },
      ],
    },
  ),
  ...[false, true].map((held) =>
    reads(
      held
        ? "a hook that only reads keeps content-length, and cannot write"
        : "a hook that only reads keeps a request's content-length, but a response that a call could pause is sent in chunks",
      { requestBody: [text, ["body.replace", "evil"]], responseBody: [text, ["body.append", "evil"]] },
      {
        errors: [/the body cannot be written: the hook was registered to read it/],
        ...(held
          ? { environment: { ALLOW_ON_HEADERS_STOP_ITERATION: "true" }, allowOnHeadersStopIteration: true }
          : {}),
        steps: [
          {
            body: "abc",
            headers: [answer({ body: "12345" })],
            expect: {
              status: 200,
              headers: held
                ? { "content-length": "5", "transfer-encoding": null }
                : { "content-length": null, "transfer-encoding": "chunked" },
              body: "12345",
              upstream: { headers: { "content-length": "3" }, body: "abc" },
              logs: [did(text, "abc"), did(text, "12345")],
            },
          },
        ],
      },
    ),
  ),
  reads(
    "compressed and binary bodies reach the hook as bytes, with their encoding",
    { requestBody: [length, ["body.encoding"], ["body.bytes"]], responseBody: [length, ["body.encoding"]] },
    {
      steps: [
        {
          body: new Uint8Array([0x1f, 0x8b, 0, 0xff, 0xfe]),
          headers: [
            ["content-encoding", "gzip"],
            answer({ headers: [["content-encoding", "br"]], bodyBase64: "//4A" }),
          ],
          expect: {
            status: 200,
            logs: [
              did(length, 5),
              did(["body.encoding"], "gzip"),
              did(["body.bytes"], 5),
              did(["body.encoding"], "br"),
            ],
            body: new Uint8Array([0xff, 0xfe, 0]),
          },
        },
        {
          body: new Uint8Array([0, 1, 2]),
          headers: [["content-type", "application/octet-stream"]],
          expect: { status: 200, logs: [did(length, 3)] },
        },
      ],
    },
  ),

  // Denials.
  writes(
    "a hook on the body denies",
    { requestBody: [deny] },
    {
      oneConnection: true,
      steps: [
        { body: "abc", expect: { status: 403, body: "denied" } },
        { chunks: ["a", "b"], expect: { status: 403, body: "denied" } },
        { expect: { status: 200 } },
      ],
    },
  ),
  writes(
    "one trailer does not bypass a hook that denies",
    { requestBody: [text, deny] },
    {
      steps: [
        {
          body: "evil",
          trailers: [["x-t", "1"]],
          expect: { status: 403, body: "denied", logs: [did(text, "evil")] },
        },
        { chunks: [], trailers: [["x-t", "1"]], expect: { status: 403, body: "denied" } },
      ],
    },
  ),
  writes(
    "a body that ends with trailers can be written, and its trailers read and set",
    {
      requestBody: [["body.replace", "other"]],
      requestTrailers: [
        ["requestTrailers.get", "x-t"],
        ["requestTrailers.set", "x-t", "2"],
        ["requestTrailers.available"],
      ],
      responseBody: [["body.append", "!"]],
      responseTrailers: [["responseTrailers.entries"], ["responseTrailers.set", "x-r", "3"]],
    },
    {
      oneConnection: true,
      steps: [
        {
          body: "body",
          headers: [["te", "trailers"], answer({ body: "answer", trailers: [["x-r", "1"]] })],
          trailers: [["x-t", "1"]],
          expect: {
            status: 200,
            body: "answer!",
            upstream: { body: "other" },
            logs: [
              did(["requestTrailers.get", "x-t"], "1"),
              did(["requestTrailers.available"], true),
              did(["responseTrailers.entries"], [["x-r", "1"]]),
            ],
          },
        },
        { expect: { status: 200 } },
      ],
    },
  ),
  writes(
    "a hook on trailers denies",
    { requestTrailers: [deny] },
    {
      steps: [
        { body: "abc", trailers: [["x-t", "1"]], expect: { status: 403, body: "denied" } },
        { body: "abc", expect: { status: 200 } },
      ],
    },
  ),
  writes(
    "an answer when the response's headers have left cuts the connection",
    { responseBody: [deny] },
    { steps: [{ headers: [answer({ body: "secret" })], expect: { failure: /a chunk does not start|connection/ } }] },
  ),

  // Headers that wait for the body.
  writes(
    "HoldHeaders: the body is seen before the headers go, where the VM says that its host can",
    {
      request: [["hold"]],
      requestBody: [["request.set", "x-length", "known"], text],
      response: [["hold"]],
      responseBody: [
        ["response.set", ":status", "202"],
        ["response.set", "x-late", "1"],
      ],
    },
    {
      environment: { ALLOW_ON_HEADERS_STOP_ITERATION: "true" },
      allowOnHeadersStopIteration: true,
      steps: [
        {
          body: "abc",
          headers: [answer({ body: "12345" })],
          expect: {
            status: 202,
            body: "12345",
            headers: { "x-late": "1" },
            upstream: { headers: { "x-length": "known" }, body: "abc" },
          },
        },
        {
          body: "abc",
          trailers: [["x-t", "1"]],
          expect: { status: 202, upstream: { headers: { "x-length": "known" } } },
        },
        { expect: { status: 202, upstream: { headers: { "x-length": null } } } },
        { headers: [answer({ body: "" })], expect: { status: 200, body: "", upstream: {} } },
      ],
    },
  ),
  writes(
    "HoldHeaders: a hook on the body denies before the upstream sees anything, and replaces a response",
    { request: [["hold"]], requestBody: [deny], response: [["hold"]], responseBody: [deny] },
    {
      errors: ["response not sent: the request already has a local reply"], // the response's hook sees the first two
      environment: { ALLOW_ON_HEADERS_STOP_ITERATION: "true" },
      allowOnHeadersStopIteration: true,
      steps: [
        { body: "abc", expect: { status: 403, body: "denied", upstream: null } },
        { body: "abc", trailers: [["x-t", "1"]], expect: { status: 403, body: "denied", upstream: null } },
        { headers: [answer({ body: "secret" })], expect: { status: 403, body: "denied" } },
      ],
    },
  ),
  writes(
    "HoldHeaders means Continue if the VM's environment does not say that the host holds headers, with one warning",
    { request: [["hold"]], requestBody: [text] },
    {
      oneWorker: true,
      steps: [
        {
          body: "abc",
          expect: {
            status: 200,
            logs: ["[warn] [body-write] [nil] [nil] HoldHeaders means Continue here", did(text, "abc")],
          },
        },
        { body: "abc", expect: { status: 200, logs: [did(text, "abc")], noLogs: ["HoldHeaders"] } },
      ],
    },
  ),

  // Headers that a call holds, the body that waits behind them, and trailers.
  ...(
    [
      ["as it was", [], "abcdef"],
      ["replaced", [["body.replace", "other"]], "other"],
      ["emptied", [["body.replace", ""]], ""],
      [
        "longer at both ends",
        [
          ["body.prepend", "<"],
          ["body.append", ">"],
        ],
        "<abcdef>",
      ],
      ["held too", [later("Request"), ["pause"]], "abcdef"],
    ] as [string, ProbeStep[], string][]
  ).flatMap(([name, steps, body]) => [
    writes(
      `a request whose headers were held: its body goes on ${name}`,
      {
        request: [later("Request"), ["pause"]],
        requestBody: [text, ...steps],
        requestTrailers: [["requestTrailers.get", "x-t"]],
      },
      {
        clusters: { later: { delayMs: 50 } },
        oneConnection: true,
        steps: [
          { chunks: ["abc", "def"], expect: { status: 200, upstream: { body }, logs: [did(text, "abcdef")] } },
          { body: "abcdef", expect: { status: 200, upstream: { body }, logs: [did(text, "abcdef")] } },
          {
            chunks: ["abc", "def"],
            trailers: [["x-t", "1"]],
            expect: {
              status: 200,
              upstream: { body, trailers: { "x-t": "1" } },
              logs: [did(text, "abcdef"), did(["requestTrailers.get", "x-t"], "1")],
            },
          },
          {
            chunks: ["abc", "def"],
            chunkDelayMs: 100,
            trailers: [["x-t", "1"]],
            expect: { status: 200, upstream: { body, trailers: { "x-t": "1" } }, logs: [did(text, "abcdef")] },
          },
          { expect: { status: 200, upstream: { body: "" } } },
        ],
      },
    ),
    writes(
      `a response whose headers were held: its body goes on ${name}`,
      {
        response: [later("Response"), ["pause"]],
        responseBody: [text, ...steps.map((step) => (step[0] === "call" ? later("Response") : step))],
        responseTrailers: [["responseTrailers.get", "x-t"]],
      },
      {
        clusters: { later: { delayMs: 50 } },
        oneConnection: true,
        steps: [
          {
            headers: [answer({ chunks: ["abc", "def"] })],
            expect: { status: 200, body, logs: [did(text, "abcdef")] },
          },
          { headers: [answer({ body: "abcdef" })], expect: { status: 200, body, logs: [did(text, "abcdef")] } },
          ...[0, 100].map((chunkDelayMs) => ({
            headers: [answer({ chunks: ["abc", "def"], chunkDelayMs, trailers: [["x-t", "1"]] })],
            expect: {
              ...{ status: 200, body, trailers: { "x-t": "1" } },
              logs: [did(text, "abcdef"), did(["responseTrailers.get", "x-t"], "1")],
            },
          })),
          { headers: [answer({ status: 204 })], expect: { status: 204, body: "" } },
        ],
      },
    ),
  ]),

  // Which hook gets the body.
  both("with hooks on both, the pieces are handed over", {}, [
    {
      chunks: ["ab", "cd"],
      chunkDelayMs: 50,
      headers: [answer({ chunks: ["ef", "gh"], chunkDelayMs: 50 })],
      expect: {
        body: "efgh",
        upstream: { body: "abcd" },
        logs: ["request chunk ab", "response chunk gh"],
        noLogs: ["whole"],
      },
    },
  ]),
  both(
    "with hooks on both, the one on the whole body runs where the hook on headers says so",
    { request: [["bufferRequestBody"]], response: [["bufferResponseBody"]] },
    [
      ...[[], [["x-t", "1"]]].map((trailers) => ({
        ...{ chunks: ["ab", "cd"], chunkDelayMs: 50, trailers: trailers as [string, string][] },
        headers: [answer({ chunks: ["ef", "gh"], chunkDelayMs: 50 })],
        expect: { body: "efgh", logs: ["request whole abcd", "response whole efgh"], noLogs: ["chunk"] },
      })),
      {
        ...{ chunks: ["ab", "cd"], chunkDelayMs: 50 },
        headers: [
          ["content-type", "application/grpc"],
          answer({ headers: [["content-type", "text/event-stream"]], chunks: ["e", "f"] }),
        ],
        expect: { logs: ["request whole abcd", "response whole ef"], noLogs: ["chunk"] },
      },
    ],
  ),
  both(
    "a body passes where the hook on headers does not want it",
    { request: [["dontReadRequestBody"]], response: [["dontReadResponseBody"]] },
    [
      {
        body: "abcd",
        headers: [answer({ body: "efgh" })],
        expect: {
          ...{ status: 200, body: "efgh", headers: { "content-length": "4" }, noLogs: ["piece", "whole"] },
          upstream: { body: "abcd", headers: { "content-length": "4" } },
        },
      },
    ],
  ),
  writes(
    "a body passes where the answer of a call says that it is not wanted, with trailers too",
    {
      request: [["call", "later", "GET", "/", [], "", 500, [["dontReadRequestBody"], ["resumeRequest"]]], ["pause"]],
      requestBody: [deny],
    },
    {
      clusters: { later: { delayMs: 50 } },
      steps: [
        { chunks: ["ab", "cd"], expect: { status: 200, upstream: { body: "abcd" } } },
        {
          body: "abcd",
          trailers: [["x-t", "1"]],
          expect: { status: 200, upstream: { body: "abcd", trailers: { "x-t": "1" } } },
        },
      ],
    },
  ),

  // What is no body to gather.
  writes(
    "a server-sent event stream is not held up",
    { responseBody: [deny] },
    {
      steps: [
        {
          headers: [
            answer({
              headers: [["content-type", "text/event-stream"]],
              chunks: ["data: 1\n\n", "data: 2\n\n"],
              chunkDelayMs: 30,
            }),
          ],
          expect: { status: 200, body: "data: 1\n\ndata: 2\n\n", noLogs: ["reply"] },
        },
      ],
    },
  ),

  writes(
    "a request cannot pass a hook on its body by naming itself an event stream",
    { requestBody: [deny] },
    {
      steps: [
        { body: "evil", headers: [["content-type", "text/event-stream"]], expect: { status: 403 } },
        { body: "evil", headers: [["content-type", "Application/JSON"]], expect: { status: 403 } },
        // A gRPC client is told in its own way.
        {
          body: "evil",
          headers: [["content-type", "application/grpc"]],
          expect: { status: 200, headers: { "grpc-status": "7" }, upstream: null },
        },
        { chunks: ["evil"], headers: [["content-type", "application/grpcX"]], expect: { status: 403 } },
        { chunks: ["evil"], headers: [["content-type", "Application/grpc+proto"]], expect: { status: 403 } },
      ],
    },
  ),
  writes(
    "a request cannot pass a hook on its body by naming an upgrade that the gateway does not do",
    { requestBody: [deny] },
    {
      steps: [
        {
          body: "evil",
          headers: [
            ["connection", "upgrade"],
            ["upgrade", "websocket"],
          ],
          expect: { status: 403, upstream: null },
        },
        { body: "evil", headers: [["upgrade", "websocket"]], expect: { status: 403 } },
        { body: "evil", headers: [["connection", "upgrade"]], expect: { status: 403 } },
      ],
    },
  ),

  // Pieces.
  {
    ...{ name: "a streaming hook changes each piece", plugin: "body-stream", oneConnection: true },
    steps: [
      {
        chunks: ["ab", "cd"],
        chunkDelayMs: 50,
        headers: [answer({ chunks: ["xy", "z"], chunkDelayMs: 50 })],
        expect: {
          status: 200,
          body: "XYZ!",
          upstream: { body: "ABCD!" },
          logs: ["request 2", "request 0 last", "response 2", "response 1", "response 0 last"],
        },
      },
      {
        body: "ab",
        headers: [answer({ body: "xy" })],
        expect: { status: 200, body: "XY!", upstream: { body: "AB!" } },
      },
      { expect: { status: 200, upstream: { body: "" } } },
    ],
  },
  {
    ...{
      name: "a streaming hook reads text whose characters are cut, and keeps what is no text",
      plugin: "body-stream",
    },
    steps: [
      {
        chunks: ["é€😀a", "\xff"].flatMap((text, index) =>
          [...Buffer.from(text, index ? "latin1" : "utf8")].map((byte) => Uint8Array.of(byte)),
        ),
        chunkDelayMs: 20,
        headers: [answer({ body: "x" })],
        expect: {
          ...{ status: 200, body: "X!" },
          upstream: { body: Buffer.concat([Buffer.from("É€😀A"), Buffer.of(0xff), Buffer.from("!")]) },
        },
      },
      {
        chunks: [Buffer.from("aé").subarray(0, 2), Buffer.from("aé").subarray(2)],
        chunkDelayMs: 20,
        trailers: [["x-t", "1"]],
        headers: [answer({ body: "x" })],
        expect: { status: 200, upstream: { body: "AÉ", trailers: { "x-t": "1" } } },
      },
    ],
  },
  {
    ...{ name: "a streaming hook sees the last piece when trailers come", plugin: "body-stream" },
    steps: [
      {
        body: "ab",
        trailers: [["x-t", "1"]],
        expect: { status: 200, logs: ["request 2", "request 0 last"], upstream: { body: "AB" } },
      },
    ],
  },
  {
    ...{ name: "a streaming hook sees event streams as they come", plugin: "body-stream" },
    steps: [
      {
        headers: [
          answer({
            headers: [["content-type", "text/event-stream"]],
            chunks: ["data: 1\n\n", "data: 2\n\n"],
            chunkDelayMs: 50,
          }),
        ],
        expect: { status: 200, body: "DATA: 1\n\nDATA: 2\n\n!", logs: ["response 9", "response 0 last"] },
      },
    ],
  },
];

export default scenarios;
