import { respondWith } from "../../support/upstream.js";
import { did, type ProbeStep } from "../probe.js";
import type { RequestStep, Scenario, ScenarioPlugin } from "../scenario.js";

// No byte of a body passes before a hook on the whole body has decided, whatever other filters are in the chain.

const text: ProbeStep = ["body.text"];
const denyAttack: ProbeStep = ["denyIf", "attack"];

/** Makes a call, whose response resumes the message, and pauses. */
const later = (resume: "Request" | "Response", cluster = "later"): ProbeStep[] => [
  ["call", cluster, "GET", "/", [], "", 5000, [[`resume${resume}`]]],
  ["pause"],
];

const HELD = { environment: { ALLOW_ON_HEADERS_STOP_ITERATION: "true" }, allowOnHeadersStopIteration: true };

type Part = "request" | "requestBody" | "requestTrailers" | "response" | "responseBody" | "responseTrailers";

/** A plugin that runs these actions in its hooks. */
const plugin = (pluginName: string, config: Partial<Record<Part, ProbeStep[]>>): ScenarioPlugin => ({
  ...{ plugin: "body-write", pluginName, config },
});
const guard = (name = "guard"): ScenarioPlugin => plugin(name, { requestBody: [text, denyAttack] });
const mask = (name = "mask"): ScenarioPlugin => plugin(name, { responseBody: [["body.mask", "secret"]] });
/** A filter that pauses the headers of both messages until a call has ended, and has no hooks on bodies. */
const wait = (name = "wait"): ScenarioPlugin => ({
  ...{ plugin: "probe", pluginName: name },
  config: { request: later("Request"), response: later("Response") },
});

/** Scenarios for each filter chain: on a gateway that passes headers on, and on one that can hold them. */
function orders(name: string, chains: ScenarioPlugin[][], rest: Omit<Scenario, "name">): Scenario[] {
  return chains.flatMap((chain) =>
    [{}, HELD].map((host) => ({
      ...rest,
      name: `${name}: ${chain.map(({ pluginName }) => pluginName).join(", ")}${host === HELD ? ", headers are held" : ""}`,
      plugins: chain.map((one) => ({ ...one, ...host })),
    })),
  );
}

const slow = (chunks: string[], chunkDelayMs: number, trailers?: [string, string][]): Partial<RequestStep> => ({
  ...{ chunks, chunkDelayMs },
  ...(trailers ? { trailers } : {}),
});

const ADDS_TRAILERS = ['response_body:end add_header_map_value 3 "x-added "1'].join("\n");

const LIMIT = 1024 * 1024;

/**
 * The delay between the headers and chunks of a message. The first chunk comes before `wait` resumes the message, the
 * second after. A later filter could pass the first chunk on.
 */
const SLOW = 40;
const CALLS = { later: { delayMs: 60 }, check: { delayMs: 90 }, long: { delayMs: 400 }, quick: { delayMs: 0 } };

const UNPROTECTED = "a filter after this plugin holds the request headers";

/** Pauses the headers of a response for a call, and adds a trailer. */
const LATER_RESUMED = plugin("later", {
  response: later("Response", "check"),
  responseBody: [text],
  responseTrailers: [["responseTrailers.append", "x-n", "1"]],
});
/** Pauses at the trailers, and has no hook on bodies. */
const TRAILERS_PAUSE: ScenarioPlugin = { plugin: "trailers", config: { requestTrailers: later("Request") } };

const scenarios: Scenario[] = [
  ...orders(
    "a denied body does not pass a filter that resumes the request",
    [
      [guard(), wait()],
      [wait(), guard()],
      [wait("first"), guard(), wait("second")],
      [guard("first"), wait(), guard("second")],
      [guard("first"), guard("second"), wait()],
    ],
    {
      clusters: CALLS,
      steps: [
        ...[
          slow(["please attack", " now"], SLOW),
          slow(["please att", "ack now"], SLOW),
          slow(["please att", "ack now"], 0),
          slow(["please att", "ack", " now"], SLOW, [["x-t", "1"]]),
          slow(["attack"], 0, [["x-t", "1"]]),
          { body: "attack" },
          { method: "GET", body: "attack" },
          { method: "HEAD", chunks: ["att", "ack"] },
        ].map((request) => ({
          ...request,
          expect: { status: 403, ...("method" in request ? {} : { body: "denied" }), upstream: null },
        })),
        ...[0, SLOW].map((delay) => ({
          ...slow(["a ", "fine ", "body"], delay),
          expect: { status: 200, upstream: { body: "a fine body" }, logs: [did(text, "a fine body")] },
        })),
        {
          ...slow(["a ", "fine ", "body"], SLOW, [["x-t", "1"]]),
          expect: { status: 200, upstream: { body: "a fine body", trailers: { "x-t": "1" } } },
        },
        { expect: { status: 200, upstream: { body: "" } } },
      ],
    },
  ),

  ...orders(
    "a masked response does not pass a filter that resumes the response",
    [
      [wait(), mask()],
      [mask(), wait()],
      [wait("first"), mask(), wait("second")],
      [mask("first"), wait(), mask("second")],
    ],
    {
      clusters: CALLS,
      steps: [
        ...[0, SLOW].flatMap((chunkDelayMs) => [
          {
            headers: [respondWith({ chunks: ["first secret;", "second secret;"], chunkDelayMs })],
            expect: { status: 200, body: "first ******;second ******;" },
          },
          {
            headers: [respondWith({ chunks: ["first sec", "ret;"], chunkDelayMs, trailers: [["x-t", "1"]] })],
            expect: { status: 200, body: "first ******;", trailers: { "x-t": "1" } },
          },
        ]),
        { headers: [respondWith({ body: "a secret" })], expect: { status: 200, body: "a ******" } },
        { headers: [respondWith({ status: 204 })], expect: { status: 204, body: "" } },
      ],
    },
  ),

  // A hook pauses at the end of a body, while a later filter waits too.
  ...orders(
    "a request that a hook pauses at the end of its body arrives complete",
    [
      [plugin("pause", { requestBody: [text, ...later("Request", "check")] })],
      [wait(), plugin("pause", { requestBody: [text, ...later("Request", "check")] })],
      [plugin("pause twice", { request: later("Request"), requestBody: [text, ...later("Request", "check")] })],
    ],
    {
      clusters: CALLS,
      steps: [0, SLOW].flatMap((delay) => [
        {
          ...slow(["ab", "cd"], delay),
          expect: { status: 200, upstream: { body: "abcd" }, logs: [did(text, "abcd")] },
        },
        {
          ...slow(["ab", "cd"], delay, [["x-t", "1"]]),
          expect: { status: 200, upstream: { body: "abcd", trailers: { "x-t": "1" } }, logs: [did(text, "abcd")] },
        },
      ]),
    },
  ),
  ...[
    plugin("pause", { requestBody: [text, ...later("Request", "check")] }),
    plugin("pause twice", { request: later("Request", "quick"), requestBody: [text, ...later("Request", "check")] }),
    plugin("pause at trailers", { requestTrailers: later("Request", "check"), requestBody: [text] }),
  ].flatMap((pausing): Scenario[] => [
    {
      name: `${pausing.pluginName}: with held headers, a request arrives complete though a later filter resumes first`,
      plugins: [pausing, wait()].map((one) => ({ ...one, ...HELD })),
      clusters: CALLS,
      steps: [0, SLOW].map((delay) => ({
        ...slow(["ab", "cd"], delay, [["x-t", "1"]]),
        expect: { status: 200, upstream: { body: "abcd", trailers: { "x-t": "1" } }, logs: [did(text, "abcd")] },
      })),
    },
    {
      name: `${pausing.pluginName}: a request gets 500 while a later filter holds its headers`,
      plugins: [pausing, wait()],
      clusters: CALLS,
      errors: [UNPROTECTED],
      steps: [
        {
          ...slow(["ab", "cd"], 0, [["x-t", "1"]]),
          expect: { status: 500, body: "", upstream: null, logs: [UNPROTECTED] },
        },
        // The later filter has resumed the request before its body ended.
        {
          ...slow(["ab", "cd"], 250, [["x-t", "1"]]),
          expect: { status: 200, upstream: { body: "abcd" }, logs: [did(text, "abcd")] },
        },
      ],
    },
  ]),
  {
    name: "a call result denies a request that a hook paused at the end of its body",
    plugins: [
      plugin("pause", {
        requestBody: [["call", "check", "GET", "/", [], "", 5000, [["reply", 403, [], "denied"]]], ["pause"]],
      }),
      wait(),
    ].map((one) => ({ ...one, ...HELD })),
    clusters: CALLS,
    steps: [0, SLOW].map((delay) => ({
      ...slow(["ab", "cd"], delay),
      expect: { status: 403, body: "denied", upstream: null },
    })),
  },

  ...orders(
    "a response that a hook pauses at the end of its body arrives complete",
    [
      [plugin("pause", { responseBody: [text, ...later("Response", "check")] })],
      [plugin("pause", { responseBody: [text, ...later("Response", "check")] }), wait()],
    ],
    {
      clusters: CALLS,
      steps: [0, SLOW].flatMap((chunkDelayMs) => [
        {
          headers: [respondWith({ chunks: ["ab", "cd"], chunkDelayMs })],
          expect: { status: 200, body: "abcd", logs: [did(text, "abcd")] },
        },
        {
          headers: [respondWith({ chunks: ["ab", "cd"], chunkDelayMs, trailers: [["x-t", "1"]] })],
          expect: { status: 200, body: "abcd", trailers: { "x-t": "1" }, logs: [did(text, "abcd")] },
        },
      ]),
    },
  ),
  {
    name: "with held headers, a response that a hook pauses arrives complete though a later filter resumes first",
    plugins: [wait(), plugin("pause", { responseBody: [text, ...later("Response", "check")] })].map((one) => ({
      ...one,
      ...HELD,
    })),
    clusters: CALLS,
    steps: [
      { headers: [respondWith({ chunks: ["ab", "cd"], chunkDelayMs: SLOW })], expect: { status: 200, body: "abcd" } },
      { headers: [respondWith({ body: "abcd" })], expect: { status: 200, body: "abcd" } },
    ],
  },
  {
    name: "no byte of a response passes a hook that pauses if a later filter resumes first",
    plugins: [wait(), plugin("pause", { responseBody: [text, ...later("Response", "long")] })],
    clusters: CALLS,
    steps: [{ headers: [respondWith({ body: "abcd" })], expect: { status: 200, body: "", logs: [did(text, "abcd")] } }],
  },
  {
    name: "a plugin can write a body that it has kept after its hook has returned Pause",
    ...plugin("late", {
      requestBody: [
        text,
        ["keepBody"],
        ["call", "check", "GET", "/", [], "", 5000, [["kept.append", "!"], ["resumeRequest"]]],
        ["pause"],
      ],
    }),
    clusters: CALLS,
    steps: [{ chunks: ["ab", "cd"], expect: { status: 200, upstream: { body: "abcd!" } } }],
  },

  // The SDK buffers as much as Envoy does by default.
  ...[{}, HELD].map((host): Scenario => ({
    name: `a body at the limit passes, one more byte gives 413${host === HELD ? ", headers are held" : ""}`,
    plugins: [
      { ...guard(), ...host },
      { ...wait(), ...host },
    ],
    clusters: CALLS,
    steps: [
      ...[LIMIT - 1, LIMIT].map((size) => ({
        ...slow(["x".repeat(size - 6), "attack"], SLOW),
        expect: { status: 403, upstream: null },
      })),
      ...[LIMIT - 1, LIMIT].map((size) => ({
        ...slow(["x".repeat(size - 6), "please"], SLOW),
        headers: [respondWith({ body: "ok" })],
        expect: { status: 200, body: "ok", upstream: { body: "x".repeat(size - 6) + "please" } },
      })),
      {
        ...slow(["x".repeat(LIMIT - 5), "attack"], SLOW),
        expect: { status: 413, body: "Payload Too Large", upstream: null, noLogs: ["body."] },
      },
    ],
  })),

  ...[{}, HELD].map((host): Scenario => ({
    name: `the gateway's limit applies if it is lower than the SDK's${host === HELD ? ", headers are held" : ""}`,
    plugins: [
      { ...guard(), ...host },
      { ...wait(), ...host },
    ],
    bufferLimitBytes: 20_000,
    clusters: CALLS,
    steps: [
      { ...slow(["x".repeat(19_990), "attack"], SLOW), expect: { status: 403, upstream: null } },
      { ...slow(["x".repeat(19_999), "please"], SLOW), expect: { status: 413, upstream: null } },
      {
        ...slow(["x".repeat(19_990), "please"], SLOW),
        headers: [respondWith({ body: "ok" })],
        expect: { status: 200 },
      },
    ],
  })),
  {
    name: "a plugin sets how much of a body the SDK buffers",
    ...plugin("limits", {
      ...{ request: [["limitRequest", 2 * LIMIT]], requestBody: [["body.length"]] },
      ...{ response: [["limitResponse", 10]], responseBody: [text] },
    }),
    bufferLimitBytes: 3 * LIMIT,
    steps: [
      {
        ...slow(["x".repeat(LIMIT), "y".repeat(LIMIT)], SLOW),
        headers: [respondWith({ body: "ok" })],
        expect: { status: 200, body: "ok", logs: [did(["body.length"], 2 * LIMIT)] },
      },
      { ...slow(["x".repeat(LIMIT), "y".repeat(LIMIT), "z"], SLOW), expect: { status: 413, upstream: null } },
      { headers: [respondWith({ chunks: ["12345", "67890"] })], expect: { status: 200, body: "1234567890" } },
      {
        headers: [respondWith({ chunks: ["12345", "678901"], chunkDelayMs: SLOW })],
        expect: { failure: /closed|a chunk does not start|connection/, noLogs: ["body.text"] },
      },
    ],
  },

  // A call result changes what happens to a body while a hook has paused the message.
  ...orders(
    "a body that no hook needs any longer still waits until the pause of the headers ends",
    [
      [
        plugin("pause", {
          request: [
            [
              ...["call", "check", "GET", "/", [], "", 5000],
              [["dontReadRequestBody"], ["call", "check", "GET", "/", [], "", 5000, [["reply", 403, [], "denied"]]]],
            ] as unknown as ProbeStep,
            ["pause"],
          ],
          requestBody: [text],
        }),
      ],
    ],
    {
      clusters: CALLS,
      steps: [{ ...slow(["ab", "cd", "ef"], SLOW), expect: { status: 403, body: "denied", upstream: null } }],
    },
  ),
  ...orders(
    "the hook on trailers runs after a body that no hook needs any longer",
    [
      [
        plugin("pause", {
          request: [
            ["call", "check", "GET", "/", [], "", 5000, [["dontReadRequestBody"], ["resumeRequest"]]],
            ["pause"],
          ],
          requestBody: [text],
          requestTrailers: [["log", "info", "the trailers"]],
        }),
      ],
    ],
    {
      clusters: CALLS,
      steps: [
        {
          ...slow(["ab"], 0, [["x-t", "1"]]),
          expect: { status: 200, upstream: { body: "ab" }, logs: ["the trailers"], noLogs: ["body.text"] },
        },
      ],
    },
  ),
  ...orders(
    "a plugin's response hooks can pause its own local reply",
    [
      [plugin("headers", { request: [["reply", 404, [], "x"]], response: later("Response", "check") })],
      [plugin("body", { request: [["reply", 404, [], "x"]], responseBody: later("Response", "check") })],
    ],
    { clusters: CALLS, steps: [{ expect: { status: 404, body: "x", upstream: null } }] },
  ),
  ...orders(
    "a hook can pause an empty body with trailers",
    [[plugin("pause", { requestBody: [text, ...later("Request", "check")] })]],
    {
      clusters: CALLS,
      steps: [
        { ...slow([], 0, [["x-t", "1"]]), expect: { status: 200, upstream: { body: "" }, logs: [did(text, "")] } },
      ],
    },
  ),
  {
    name: "the SDK's limit applies to a body that arrives as one chunk",
    plugins: [
      plugin("first", { requestBody: [text] }),
      plugin("limit", { request: [["limitRequest", 5]], requestBody: [["body.length"]] }),
    ],
    steps: [{ chunks: ["abcd", "efgh"], expect: { status: 413, upstream: null, noLogs: ["body.length"] } }],
  },
  {
    name: "a plugin's own local reply reaches the client if another filter adds trailers",
    plugins: [
      plugin("guard", { requestBody: [denyAttack], responseBody: [["body.mask", "en"]] }),
      { plugin: "tests/support/raw-calls", pluginName: "adder", config: ADDS_TRAILERS },
    ],
    steps: [{ chunks: ["attack"], expect: { status: 403, body: "d******ied", upstream: null } }],
  },

  // A client chooses its content type.
  ...orders("a gRPC request of unknown length does not pass a hook on whole bodies", [[guard()], [guard(), wait()]], {
    clusters: CALLS,
    steps: [
      {
        chunks: ["att", "ack"],
        headers: [["content-type", "application/grpc"]],
        expect: { status: 200, headers: { "grpc-status": "7" }, upstream: null },
      },
      {
        chunks: ["fine"],
        headers: [["content-type", "application/grpc"]],
        expect: { status: 200, upstream: { body: "fine" } },
      },
    ],
  }),
  {
    name: "with PassGrpcStreams, a gRPC request of unknown length passes a hook on whole bodies",
    plugin: "body-grpc",
    steps: [
      {
        chunks: ["att", "ack"],
        headers: [
          ["content-type", "application/grpc"],
          respondWith({ headers: [["content-type", "application/grpc"]], chunks: ["a", "b"] }),
        ],
        expect: { status: 200, body: "ab", upstream: { body: "attack" }, noLogs: ["whole"] },
      },
      {
        body: "attack",
        headers: [["content-type", "application/grpc"]],
        expect: { logs: ["request whole attack"] },
      },
      { chunks: ["attack"], expect: { logs: ["request whole attack"] } },
    ],
  },
  // Another filter adds trailers with the last chunk: Envoy then makes no further callback into a plugin that buffers.
  ...orders(
    "a response reaches the client if another filter adds trailers",
    [[mask(), { plugin: "tests/support/raw-calls", pluginName: "adder", config: ADDS_TRAILERS }]],
    {
      steps: [
        ...[0, SLOW].map((chunkDelayMs) => ({
          headers: [respondWith({ chunks: ["a sec", "ret"], chunkDelayMs })],
          expect: { status: 200, body: "a ******" },
        })),
        { headers: [respondWith({ body: "a secret" })], expect: { status: 200, body: "a ******" } },
      ],
    },
  ),
  // The local reply's last chunk is not empty, so the SDK still waits for its end when the first plugin resumes.
  {
    name: "logs a response that another filter resumes and ends while the SDK still keeps the body",
    plugins: [
      wait(),
      mask(),
      { plugin: "tests/support/raw-calls", pluginName: "adder", config: ADDS_TRAILERS },
      plugin("reply", { request: [["reply", 404, [], "a secret"]] }),
    ],
    clusters: CALLS,
    steps: [
      {
        expect: {
          ...{ status: 404, body: "" },
          logs: ["a response ended without the bytes that were buffered for its hook"],
        },
      },
    ],
  },
  // Here the last chunk comes with the end of the body, so the SDK waits for a second callback.
  {
    name: "a later plugin's local reply reaches the client if another filter adds trailers",
    plugins: [
      mask(),
      { plugin: "tests/support/raw-calls", pluginName: "adder", config: ADDS_TRAILERS },
      plugin("reply", { request: [["reply", 404, [], "a secret"]] }),
    ],
    steps: [{ expect: { status: 404, body: "a ******" } }],
  },
  {
    name: "a plugin knows whether a message has a body",
    ...plugin("reads", { request: [["hasRequestBody"]], response: [["hasRequestBody"], ["hasResponseBody"]] }),
    steps: [
      ...(
        [
          [{ body: "a" }, true],
          [{ chunks: ["a"] }, true],
          [{ chunks: [] }, true],
          [{ method: "POST", headers: [["content-length", "0"]] }, false],
          [{ method: "POST" }, false],
          [{}, false],
          [{ method: "GET", body: "a" }, true],
        ] as [Partial<RequestStep>, boolean][]
      ).map(([request, has]) => ({
        ...request,
        expect: { logs: [did(["hasRequestBody"], has), did(["hasResponseBody"], true)] },
      })),
      { method: "HEAD", expect: { logs: [did(["hasRequestBody"], false), did(["hasResponseBody"], false)] } },
    ],
  },
  // A later plugin whose headers hook paused must run its hooks once, and must not resume this one.
  {
    name: "a paused response stays paused after a later plugin has been resumed",
    plugins: [
      plugin("guard", {
        responseBody: [["call", "long", "GET", "/", [], "", 5000, [["reply", 502, [], "denied"]]], ["pause"]],
      }),
      LATER_RESUMED,
    ].map((one) => ({ ...one, ...HELD })),
    clusters: CALLS,
    steps: [
      {
        headers: [respondWith({ chunks: ["ab", "cd"], chunkDelayMs: 20, trailers: [["x-t", "1"]] })],
        expect: { status: 502, body: "denied" },
      },
    ],
  },
  {
    name: "the trailers hook of a response runs once after a call handler has resumed the response",
    plugins: [
      { plugin: "probe", pluginName: "wait", config: { response: later("Response", "long") } },
      LATER_RESUMED,
    ].map((one) => ({ ...one, ...HELD })),
    clusters: CALLS,
    steps: [
      {
        headers: [respondWith({ chunks: ["ab", "cd"], chunkDelayMs: 20, trailers: [["x-t", "1"]] })],
        expect: { status: 200, body: "abcd", trailers: { "x-t": "1", "x-n": "1" } },
      },
    ],
  },
  ...orders(
    "a request whose trailers hook returns Pause gets a 500 while a later filter holds its headers",
    [[TRAILERS_PAUSE, wait()]],
    {
      clusters: CALLS,
      errors: ["a filter after this plugin holds the request headers"],
      steps: [{ chunks: ["ab", "cd"], trailers: [["x-t", "1"]], expect: { status: 500, upstream: null } }],
    },
  ),
  {
    name: "a response that another filter ends early has no content-length, also behind a hook that only reads",
    plugins: [
      { plugin: "probe", pluginName: "wait", config: { response: later("Response", "check") } },
      { plugin: "body-log" },
      { plugin: "tests/support/raw-calls", pluginName: "adder", config: ADDS_TRAILERS },
    ],
    clusters: CALLS,
    steps: [
      {
        headers: [respondWith({ body: "a secret" })],
        expect: { status: 200, body: "", headers: { "content-length": null } },
      },
    ],
  },
  ...[[], [["x-t", "1"] as [string, string]]].map((trailers): Scenario => ({
    name: `two plugins pause a response with ${trailers.length === 0 ? "no " : ""}trailers, and each sees it once`,
    plugins: [
      plugin("guard", {
        responseBody: [text, ["body.append", "+"], ...later("Response", "long")],
        responseTrailers: [["responseTrailers.append", "x-g", "1"]],
      }),
      plugin("pause", { response: later("Response", "check"), responseBody: [text, ...later("Response", "check")] }),
    ].map((one) => ({ ...one, ...HELD })),
    clusters: CALLS,
    steps: [
      {
        headers: [respondWith({ chunks: ["ab", "cd"], chunkDelayMs: 20, trailers })],
        expect: { status: 200, body: "abcd+", ...(trailers.length > 0 ? { trailers: { "x-g": "1" } } : {}) },
      },
    ],
  })),
];

export default scenarios;
