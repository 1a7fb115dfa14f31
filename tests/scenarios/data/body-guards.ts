import { did, type ProbeStep } from "../probe.js";
import type { RequestStep, Scenario, ScenarioPlugin } from "../scenario.js";

// A hook on a whole body must have decided before a byte of the body passes, whatever filters stand around it.

const answer = (answer: object) => ["x-answer", JSON.stringify(answer)] as const;
const text: ProbeStep = ["body.text"];
const denyAttack: ProbeStep = ["denyIf", "attack"];

/** A call whose response resumes the message. */
const later = (resume: "Request" | "Response", cluster = "later"): ProbeStep[] => [
  ["call", cluster, "GET", "/", [], "", 5000, [[`resume${resume}`]]],
  ["pause"],
];

const HELD = { environment: { ALLOW_ON_HEADERS_STOP_ITERATION: "true" }, allowOnHeadersStopIteration: true };

type Part = "request" | "requestBody" | "requestTrailers" | "response" | "responseBody" | "responseTrailers";

/** A plugin that does these steps. */
const plugin = (pluginName: string, config: Partial<Record<Part, ProbeStep[]>>): ScenarioPlugin => ({
  ...{ plugin: "body-write", pluginName, config },
});
const guard = (name = "guard"): ScenarioPlugin => plugin(name, { requestBody: [text, denyAttack] });
const mask = (name = "mask"): ScenarioPlugin => plugin(name, { responseBody: [["body.mask", "secret"]] });
/** A filter that waits for a call before the headers of both messages, and has no hook on bodies. */
const wait = (name = "wait"): ScenarioPlugin => ({
  ...{ plugin: "probe", pluginName: name },
  config: { request: later("Request"), response: later("Response") },
});

/** Every order of these plugins, for a gateway that passes headers on and for one that holds them. */
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
 * Between the pieces of a message, its head among them: a first chunk comes before `wait` resumes, a second one after. The
 * bytes of the first are those that a filter behind could send on.
 */
const SLOW = 40;
const CALLS = { later: { delayMs: 60 }, check: { delayMs: 90 }, long: { delayMs: 400 }, quick: { delayMs: 0 } };

const UNPROTECTED = "a filter after this plugin holds the request headers";

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
            headers: [answer({ chunks: ["first secret;", "second secret;"], chunkDelayMs })],
            expect: { status: 200, body: "first ******;second ******;" },
          },
          {
            headers: [answer({ chunks: ["first sec", "ret;"], chunkDelayMs, trailers: [["x-t", "1"]] })],
            expect: { status: 200, body: "first ******;", trailers: { "x-t": "1" } },
          },
        ]),
        { headers: [answer({ body: "a secret" })], expect: { status: 200, body: "a ******" } },
        { headers: [answer({ status: 204 })], expect: { status: 204, body: "" } },
      ],
    },
  ),

  // A hook that pauses at the end of a body, while a filter behind waits too.
  ...orders(
    "a request that a hook pauses at its end arrives whole",
    [
      [plugin("pause", { requestBody: [text, ...later("Request", "check")] })],
      [wait(), plugin("pause", { requestBody: [text, ...later("Request", "check")] })],
      [plugin("pause", { request: later("Request"), requestBody: [text, ...later("Request", "check")] })],
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
      name: `${pausing.pluginName}: a request arrives whole behind held headers, though a filter behind resumes first`,
      plugins: [pausing, wait()].map((one) => ({ ...one, ...HELD })),
      clusters: CALLS,
      steps: [0, SLOW].map((delay) => ({
        ...slow(["ab", "cd"], delay, [["x-t", "1"]]),
        expect: { status: 200, upstream: { body: "abcd", trailers: { "x-t": "1" } }, logs: [did(text, "abcd")] },
      })),
    },
    {
      name: `${pausing.pluginName}: a request gets 500 while a filter behind holds its headers`,
      plugins: [pausing, wait()],
      clusters: CALLS,
      errors: [UNPROTECTED],
      steps: [
        {
          ...slow(["ab", "cd"], 0, [["x-t", "1"]]),
          expect: { status: 500, body: "", upstream: null, logs: [UNPROTECTED] },
        },
        // The filter behind has resumed the request before its body ended.
        {
          ...slow(["ab", "cd"], 250, [["x-t", "1"]]),
          expect: { status: 200, upstream: { body: "abcd" }, logs: [did(text, "abcd")] },
        },
      ],
    },
  ]),
  {
    name: "a call's result denies a request that a hook paused at its end",
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
    "a response that a hook pauses at its end arrives whole",
    [
      [plugin("pause", { responseBody: [text, ...later("Response", "check")] })],
      [plugin("pause", { responseBody: [text, ...later("Response", "check")] }), wait()],
    ],
    {
      clusters: CALLS,
      steps: [0, SLOW].flatMap((chunkDelayMs) => [
        {
          headers: [answer({ chunks: ["ab", "cd"], chunkDelayMs })],
          expect: { status: 200, body: "abcd", logs: [did(text, "abcd")] },
        },
        {
          headers: [answer({ chunks: ["ab", "cd"], chunkDelayMs, trailers: [["x-t", "1"]] })],
          expect: { status: 200, body: "abcd", trailers: { "x-t": "1" }, logs: [did(text, "abcd")] },
        },
      ]),
    },
  ),
  {
    name: "a response that a hook pauses arrives whole behind held headers, though a filter behind resumes first",
    plugins: [wait(), plugin("pause", { responseBody: [text, ...later("Response", "check")] })].map((one) => ({
      ...one,
      ...HELD,
    })),
    clusters: CALLS,
    steps: [
      { headers: [answer({ chunks: ["ab", "cd"], chunkDelayMs: SLOW })], expect: { status: 200, body: "abcd" } },
      { headers: [answer({ body: "abcd" })], expect: { status: 200, body: "abcd" } },
    ],
  },
  {
    name: "no byte of a response passes a hook that pauses, where a filter behind resumes first",
    plugins: [wait(), plugin("pause", { responseBody: [text, ...later("Response", "long")] })],
    clusters: CALLS,
    steps: [{ headers: [answer({ body: "abcd" })], expect: { status: 200, body: "", logs: [did(text, "abcd")] } }],
  },
  {
    name: "a body that was kept can be written after its hook has returned Pause",
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

  // The limit of what is kept is Envoy's own default.
  ...[{}, HELD].map((host): Scenario => ({
    name: `a body at the limit passes, a byte more is 413${host === HELD ? ", headers are held" : ""}`,
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
        headers: [answer({ body: "ok" })],
        expect: { status: 200, body: "ok", upstream: { body: "x".repeat(size - 6) + "please" } },
      })),
      {
        ...slow(["x".repeat(LIMIT - 5), "attack"], SLOW),
        expect: { status: 413, body: "Payload Too Large", upstream: null, noLogs: ["body."] },
      },
    ],
  })),

  ...[{}, HELD].map((host): Scenario => ({
    name: `the gateway's own limit holds where it is lower${host === HELD ? ", headers are held" : ""}`,
    plugins: [
      { ...guard(), ...host },
      { ...wait(), ...host },
    ],
    bufferLimitBytes: 20_000,
    clusters: CALLS,
    steps: [
      { ...slow(["x".repeat(19_990), "attack"], SLOW), expect: { status: 403, upstream: null } },
      { ...slow(["x".repeat(19_999), "please"], SLOW), expect: { status: 413, upstream: null } },
      { ...slow(["x".repeat(19_990), "please"], SLOW), headers: [answer({ body: "ok" })], expect: { status: 200 } },
    ],
  })),
  {
    name: "a plugin sets the limits of what the SDK keeps",
    ...plugin("limits", {
      ...{ request: [["limitRequest", 2 * LIMIT]], requestBody: [["body.length"]] },
      ...{ response: [["limitResponse", 10]], responseBody: [text] },
    }),
    bufferLimitBytes: 3 * LIMIT,
    steps: [
      {
        ...slow(["x".repeat(LIMIT), "y".repeat(LIMIT)], SLOW),
        headers: [answer({ body: "ok" })],
        expect: { status: 200, body: "ok", logs: [did(["body.length"], 2 * LIMIT)] },
      },
      { ...slow(["x".repeat(LIMIT), "y".repeat(LIMIT), "z"], SLOW), expect: { status: 413, upstream: null } },
      { headers: [answer({ chunks: ["12345", "67890"] })], expect: { status: 200, body: "1234567890" } },
      {
        headers: [answer({ chunks: ["12345", "678901"], chunkDelayMs: SLOW })],
        expect: { failure: /closed|a chunk does not start|connection/, noLogs: ["body.text"] },
      },
    ],
  },

  // Messages that change their course while a hook holds them.
  ...orders(
    "a body that a call's result lets pass waits for the Pause of the hook on headers",
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
    "a hook on trailers runs for a body that a call's result lets pass",
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
    "a plugin's own local reply can be paused by its hooks on responses",
    [
      [plugin("headers", { request: [["reply", 404, [], "x"]], response: later("Response", "check") })],
      [plugin("body", { request: [["reply", 404, [], "x"]], responseBody: later("Response", "check") })],
    ],
    { clusters: CALLS, steps: [{ expect: { status: 404, body: "x", upstream: null } }] },
  ),
  ...orders(
    "an empty body with trailers can be paused",
    [[plugin("pause", { requestBody: [text, ...later("Request", "check")] })]],
    {
      clusters: CALLS,
      steps: [
        { ...slow([], 0, [["x-t", "1"]]), expect: { status: 200, upstream: { body: "" }, logs: [did(text, "")] } },
      ],
    },
  ),
  {
    name: "the SDK's limit holds for a body that comes in one piece",
    plugins: [
      plugin("first", { requestBody: [text] }),
      plugin("limit", { request: [["limitRequest", 5]], requestBody: [["body.length"]] }),
    ],
    steps: [{ chunks: ["abcd", "efgh"], expect: { status: 413, upstream: null, noLogs: ["body.length"] } }],
  },
  {
    name: "a plugin's own local reply ends that gets trailers from a filter in front",
    plugins: [
      plugin("guard", { requestBody: [denyAttack], responseBody: [["body.mask", "en"]] }),
      { plugin: "tests/support/raw-calls", pluginName: "adder", config: ADDS_TRAILERS },
    ],
    steps: [{ chunks: ["attack"], expect: { status: 403, body: "d******ied", upstream: null } }],
  },

  // A client chooses its content type.
  ...orders("gRPC of unknown length does not pass a hook on whole bodies", [[guard()], [guard(), wait()]], {
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
    name: "gRPC of unknown length passes a hook on whole bodies that says so",
    plugin: "body-grpc",
    steps: [
      {
        chunks: ["att", "ack"],
        headers: [
          ["content-type", "application/grpc"],
          answer({ headers: [["content-type", "application/grpc"]], chunks: ["a", "b"] }),
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
  // A filter in front that adds trailers with the last piece: Envoy says nothing more to one that gathers.
  ...orders(
    "a response ends that gets trailers from a filter in front",
    [[mask(), { plugin: "tests/support/raw-calls", pluginName: "adder", config: ADDS_TRAILERS }]],
    {
      steps: [
        ...[0, SLOW].map((chunkDelayMs) => ({
          headers: [answer({ chunks: ["a sec", "ret"], chunkDelayMs })],
          expect: { status: 200, body: "a ******" },
        })),
        { headers: [answer({ body: "a secret" })], expect: { status: 200, body: "a ******" } },
      ],
    },
  ),
  // The last piece comes with the end here, so the SDK waits for a second.
  {
    name: "a local reply ends that gets trailers from a filter in front",
    plugins: [
      mask(),
      { plugin: "tests/support/raw-calls", pluginName: "adder", config: ADDS_TRAILERS },
      plugin("reply", { request: [["reply", 404, [], "a secret"]] }),
    ],
    steps: [{ expect: { status: 404, body: "a ******" } }],
  },
  {
    name: "a plugin knows whether a message has a body",
    ...plugin("asks", { request: [["hasRequestBody"]], response: [["hasRequestBody"], ["hasResponseBody"]] }),
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
];

export default scenarios;
