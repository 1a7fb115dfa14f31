import { respondWith } from "../../support/upstream.js";
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
/** A call whose response resumes the message. */
const later = (resume: "Request" | "Response"): ProbeStep => [
  ...(["call", "later", "GET", "/", [], "", 500, [[`resume${resume}`]]] as const),
];
const MIB = 1024 * 1024;

const scenarios: Scenario[] = [
  // Bodies of different sizes and encodings.
  writes(
    "the hook gets the whole request body, once",
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
    "a body that fills the buffer passes, one more byte gives 413",
    { requestBody: [length] },
    {
      steps: [
        {
          body: "x".repeat(MIB),
          headers: [respondWith({ body: "ok" })],
          expect: { status: 200, logs: [did(length, MIB)] },
        },
        { body: "x".repeat(MIB + 1), expect: { status: 413, noLogs: ["body."] } },
      ],
    },
  ),
  writes(
    "a body over the limit gives 413 even if the hook denies every body",
    { requestBody: [deny] },
    {
      steps: [
        { body: "x".repeat(MIB + 1), expect: { status: 413, body: /Payload Too Large/ } },
        { body: "x", expect: { status: 403, body: "denied" } },
      ],
    },
  ),
  writes(
    "the hook gets the whole response body, once",
    { responseBody: [length, text] },
    {
      steps: [
        {
          headers: [respondWith({ body: "hello" })],
          expect: { body: "hello", logs: [did(length, 5), did(text, "hello")] },
        },
        {
          headers: [respondWith({ chunks: ["he", "llo"], chunkDelayMs: 20 })],
          expect: { body: "hello", logs: [did(length, 5)] },
        },
        { headers: [respondWith({ body: "" })], expect: { status: 200, body: "", noLogs: ["body."] } },
        { headers: [respondWith({ status: 204 })], expect: { status: 204, body: "", noLogs: ["body."] } },
        {
          method: "HEAD",
          headers: [respondWith({ body: "hello" })],
          expect: { status: 200, body: "", noLogs: ["body."] },
        },
      ],
    },
  ),

  // Replaced bodies, followed by a second message on the same connection.
  ...(
    [
      ["shorter", "ab", "ab"],
      ["as long", "ABCDE", "ABCDE"],
      ["longer", "a longer body than it was", "a longer body than it was"],
      ["empty", "", ""],
    ] as const
  ).map(([name, by, body]) =>
    writes(
      `after a body was replaced by one that is ${name}, the next messages on both connections are intact`,
      { requestBody: [["body.replace", by]], responseBody: [["body.replace", by]] },
      {
        oneConnection: true,
        steps: [
          {
            body: "abcde",
            headers: [respondWith({ body: "12345" })],
            expect: { status: 200, body, upstream: { body } },
          },
          {
            body: "abcde",
            headers: [respondWith({ body: "12345" })],
            expect: { status: 200, body, upstream: { body } },
          },
          { expect: { status: 200, body, upstream: { body: "" } } },
        ],
      },
    ),
  ),
  writes(
    "a hook prepends to a body, appends to it, and replaces it by bytes",
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
    "a message has no content-length if a hook can write its body",
    {},
    {
      steps: [
        {
          body: "abc",
          headers: [respondWith({ body: "12345" })],
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
        ? "a hook that only reads the body keeps content-length and cannot write"
        : "with a hook that only reads, a request keeps content-length; a response loses content-length if the gateway cannot hold headers",
      { requestBody: [text, ["body.replace", "evil"]], responseBody: [text, ["body.append", "evil"]] },
      {
        errors: [/the body cannot be written: the hook was registered to read it/],
        ...(held
          ? { environment: { ALLOW_ON_HEADERS_STOP_ITERATION: "true" }, allowOnHeadersStopIteration: true }
          : {}),
        steps: [
          {
            body: "abc",
            headers: [respondWith({ body: "12345" })],
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
    "a hook gets compressed and binary bodies as bytes, with their encoding",
    { requestBody: [length, ["body.encoding"], ["body.bytes"]], responseBody: [length, ["body.encoding"]] },
    {
      steps: [
        {
          body: new Uint8Array([0x1f, 0x8b, 0, 0xff, 0xfe]),
          headers: [
            ["content-encoding", "gzip"],
            respondWith({ headers: [["content-encoding", "br"]], bodyBase64: "//4A" }),
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

  // Hooks that deny.
  writes(
    "a hook on the body denies the request",
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
    "a request with trailers does not bypass a hook that denies",
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
    "a plugin can write a body with trailers, and read and set the trailers",
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
          headers: [["te", "trailers"], respondWith({ body: "reply", trailers: [["x-r", "1"]] })],
          trailers: [["x-t", "1"]],
          expect: {
            status: 200,
            body: "reply!",
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
    "a hook on trailers denies the request",
    { requestTrailers: [deny] },
    {
      steps: [
        { body: "abc", trailers: [["x-t", "1"]], expect: { status: 403, body: "denied" } },
        { body: "abc", expect: { status: 200 } },
      ],
    },
  ),
  writes(
    "a local reply after the response's headers were sent closes the connection",
    { responseBody: [deny] },
    {
      steps: [{ headers: [respondWith({ body: "secret" })], expect: { failure: /a chunk does not start|connection/ } }],
    },
  ),

  // Headers that are held until a hook has seen the body.
  writes(
    "HoldHeaders: the hook on the body can edit the headers if the VM's environment says that the host can hold them",
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
          headers: [respondWith({ body: "12345" })],
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
        { headers: [respondWith({ body: "" })], expect: { status: 200, body: "", upstream: {} } },
      ],
    },
  ),
  writes(
    "HoldHeaders: a hook on the body denies before the upstream sees anything, and replaces a response",
    { request: [["hold"]], requestBody: [deny], response: [["hold"]], responseBody: [deny] },
    {
      errors: ["response not sent: the request already has a local reply"], // the response hook runs for the first two, too
      environment: { ALLOW_ON_HEADERS_STOP_ITERATION: "true" },
      allowOnHeadersStopIteration: true,
      steps: [
        { body: "abc", expect: { status: 403, body: "denied", upstream: null } },
        { body: "abc", trailers: [["x-t", "1"]], expect: { status: 403, body: "denied", upstream: null } },
        { headers: [respondWith({ body: "secret" })], expect: { status: 403, body: "denied" } },
      ],
    },
  ),
  writes(
    "HoldHeaders acts as Continue and logs a warning once if the VM's environment does not allow it",
    { request: [["hold"]], requestBody: [text] },
    {
      oneWorker: true,
      steps: [
        {
          body: "abc",
          expect: {
            status: 200,
            logs: ["[warn] [body-write] [nil] [nil] HoldHeaders acts as Continue", did(text, "abc")],
          },
        },
        { body: "abc", expect: { status: 200, logs: [did(text, "abc")], noLogs: ["HoldHeaders"] } },
      ],
    },
  ),

  // A call pauses the headers. The body and the trailers wait behind them.
  ...(
    [
      ["unchanged", [], "abcdef"],
      ["replaced", [["body.replace", "other"]], "other"],
      ["emptied", [["body.replace", ""]], ""],
      [
        "with text added at both ends",
        [
          ["body.prepend", "<"],
          ["body.append", ">"],
        ],
        "<abcdef>",
      ],
      ["after a second pause", [later("Request"), ["pause"]], "abcdef"],
    ] as [string, ProbeStep[], string][]
  ).flatMap(([name, steps, body]) => [
    writes(
      `a request whose headers were paused continues with its body ${name}`,
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
      `a response whose headers were paused continues with its body ${name}`,
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
            headers: [respondWith({ chunks: ["abc", "def"] })],
            expect: { status: 200, body, logs: [did(text, "abcdef")] },
          },
          { headers: [respondWith({ body: "abcdef" })], expect: { status: 200, body, logs: [did(text, "abcdef")] } },
          ...[0, 100].map((chunkDelayMs) => ({
            headers: [respondWith({ chunks: ["abc", "def"], chunkDelayMs, trailers: [["x-t", "1"]] })],
            expect: {
              ...{ status: 200, body, trailers: { "x-t": "1" } },
              logs: [did(text, "abcdef"), did(["responseTrailers.get", "x-t"], "1")],
            },
          })),
          { headers: [respondWith({ status: 204 })], expect: { status: 204, body: "" } },
        ],
      },
    ),
  ]),

  // A plugin with a hook on the whole body and a hook on chunks.
  both("by default the hook on chunks gets the body", {}, [
    {
      chunks: ["ab", "cd"],
      chunkDelayMs: 50,
      headers: [respondWith({ chunks: ["ef", "gh"], chunkDelayMs: 50 })],
      expect: {
        body: "efgh",
        upstream: { body: "abcd" },
        logs: ["request chunk ab", "response chunk gh"],
        noLogs: ["whole"],
      },
    },
  ]),
  both(
    "the hook on the whole body runs if the hook on headers buffers the body",
    { request: [["bufferRequestBody"]], response: [["bufferResponseBody"]] },
    [
      ...[[], [["x-t", "1"]]].map((trailers) => ({
        ...{ chunks: ["ab", "cd"], chunkDelayMs: 50, trailers: trailers as [string, string][] },
        headers: [respondWith({ chunks: ["ef", "gh"], chunkDelayMs: 50 })],
        expect: { body: "efgh", logs: ["request whole abcd", "response whole efgh"], noLogs: ["chunk"] },
      })),
      {
        ...{ chunks: ["ab", "cd"], chunkDelayMs: 50 },
        headers: [
          ["content-type", "application/grpc"],
          respondWith({ headers: [["content-type", "text/event-stream"]], chunks: ["e", "f"] }),
        ],
        expect: { logs: ["request whole abcd", "response whole ef"], noLogs: ["chunk"] },
      },
    ],
  ),
  both(
    "a body passes without hooks if the hook on headers does not need it",
    { request: [["dontReadRequestBody"]], response: [["dontReadResponseBody"]] },
    [
      {
        body: "abcd",
        headers: [respondWith({ body: "efgh" })],
        expect: {
          ...{ status: 200, body: "efgh", headers: { "content-length": "4" }, noLogs: ["chunk", "whole"] },
          upstream: { body: "abcd", headers: { "content-length": "4" } },
        },
      },
    ],
  ),
  writes(
    "a body passes its hook after a call handler calls dontReadRequestBody, with and without trailers",
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

  // Bodies that the SDK does not buffer, and clients that pretend to send such bodies.
  writes(
    "a server-sent event stream passes without buffering",
    { responseBody: [deny] },
    {
      steps: [
        {
          headers: [
            respondWith({
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
    "a request cannot bypass a hook on its body by claiming to be an event stream",
    { requestBody: [deny] },
    {
      steps: [
        { body: "evil", headers: [["content-type", "text/event-stream"]], expect: { status: 403 } },
        { body: "evil", headers: [["content-type", "Application/JSON"]], expect: { status: 403 } },
        // A gRPC client gets the local reply as a gRPC status.
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
    "a request cannot bypass a hook on its body by asking for an upgrade that the gateway does not support",
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

  // Hooks on chunks.
  {
    ...{ name: "a hook on chunks changes each chunk", plugin: "body-stream", oneConnection: true },
    steps: [
      {
        chunks: ["ab", "cd"],
        chunkDelayMs: 50,
        headers: [respondWith({ chunks: ["xy", "z"], chunkDelayMs: 50 })],
        expect: {
          status: 200,
          body: "XYZ!",
          upstream: { body: "ABCD!" },
          logs: ["request 2", "request 0 last", "response 2", "response 1", "response 0 last"],
        },
      },
      {
        body: "ab",
        headers: [respondWith({ body: "xy" })],
        expect: { status: 200, body: "XY!", upstream: { body: "AB!" } },
      },
      { expect: { status: 200, upstream: { body: "" } } },
    ],
  },
  {
    ...{
      name: "a hook on chunks decodes characters that are split between chunks, and keeps invalid UTF-8",
      plugin: "body-stream",
    },
    steps: [
      {
        chunks: ["é€😀a", "\xff"].flatMap((text, index) =>
          [...Buffer.from(text, index ? "latin1" : "utf8")].map((byte) => Uint8Array.of(byte)),
        ),
        chunkDelayMs: 20,
        headers: [respondWith({ body: "x" })],
        expect: {
          ...{ status: 200, body: "X!" },
          upstream: { body: Buffer.concat([Buffer.from("É€😀A"), Buffer.of(0xff), Buffer.from("!")]) },
        },
      },
      {
        chunks: [Buffer.from("aé").subarray(0, 2), Buffer.from("aé").subarray(2)],
        chunkDelayMs: 20,
        trailers: [["x-t", "1"]],
        headers: [respondWith({ body: "x" })],
        expect: { status: 200, upstream: { body: "AÉ", trailers: { "x-t": "1" } } },
      },
    ],
  },
  {
    ...{
      name: "a hook on chunks runs once more, with an empty last chunk, when trailers arrive",
      plugin: "body-stream",
    },
    steps: [
      {
        body: "ab",
        trailers: [["x-t", "1"]],
        expect: { status: 200, logs: ["request 2", "request 0 last"], upstream: { body: "AB" } },
      },
    ],
  },
  {
    ...{ name: "a hook on chunks gets each chunk of an event stream as it arrives", plugin: "body-stream" },
    steps: [
      {
        headers: [
          respondWith({
            headers: [["content-type", "text/event-stream"]],
            chunks: ["data: 1\n\n", "data: 2\n\n"],
            chunkDelayMs: 50,
          }),
        ],
        expect: { status: 200, body: "DATA: 1\n\nDATA: 2\n\n!", logs: ["response 9", "response 0 last"] },
      },
    ],
  },
  {
    ...{ name: "a hook that only reads chunks keeps content-length and the body", plugin: "chunk-read" },
    oneConnection: true,
    steps: [
      {
        body: "abc",
        headers: [respondWith({ body: "hello" })],
        expect: {
          ...{ status: 200, body: "hello", headers: { "content-length": "5", "transfer-encoding": null } },
          upstream: { body: "abc", headers: { "content-length": "3", "transfer-encoding": null } },
          logs: [/request 3/, /response 5/],
        },
      },
      {
        ...{
          chunks: ["ab", "cd"],
          chunkDelayMs: 50,
          headers: [respondWith({ chunks: ["xy", "z"], chunkDelayMs: 50 })],
        },
        expect: {
          ...{ status: 200, body: "xyz", upstream: { body: "abcd" } },
          logs: ["request 2", "request 0 last", "response 2", "response 1", "response 0 last"],
        },
      },
      {
        ...{ body: "ab", trailers: [["x-t", "1"]] },
        headers: [respondWith({ body: "xy", trailers: [["x-u", "2"]] })],
        expect: {
          ...{ status: 200, body: "xy", trailers: { "x-u": "2" } },
          upstream: { body: "ab", trailers: { "x-t": "1" } },
          logs: ["request 2", "request 0 last", "response 0 last"],
          noLogs: ["is lost"],
        },
      },
      { expect: { status: 200, upstream: { body: "" }, noLogs: ["request "] } },
    ],
  },
];

export default scenarios;
