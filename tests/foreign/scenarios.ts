import type { UpstreamResponse } from "../support/upstream-response.js";
import type { HeaderToSend } from "../support/http-request.js";
import type { Expectation, RequestStep, Scenario, Step } from "../scenarios/scenario.js";
import { LANGUAGES, type Language, type Words } from "./words.js";

const token = ["x-token", "secret"] as const;
const MIB = 1024 * 1024;

/**
 * The scenarios for the plugin in one language. They differ only in the texts of `LANGUAGES`. Several topics share a
 * scenario, because each scenario starts a VM, and a VM in Go takes a second to start.
 */
export function scenariosOf(language: Language, wasm: string): Scenario[] {
  const words = LANGUAGES[language];
  const { config, calling, ticking, updates } = words;
  const plugin = { plugin: wasm, pluginName: language, rootId: "foreign", config };
  const scenarios: Scenario[] = [
    { name: "sends a local reply, or lets the request pass", oneConnection: true, steps: tokens(words) },
    { name: "edits and sets headers and trailers", steps: [...headers(), ...trailers(words)] },
    { name: "changes bodies", oneConnection: true, steps: bodies(words) },
    {
      name: "calls upstreams while requests and responses are paused",
      config: calling,
      clusters: CALLED,
      steps: calls(words),
    },
    { name: "resumes requests when the timer ticks", config: ticking, clusters: TICKED, steps: ticks(words) },
    { name: "keeps shared data, a queue and metrics", steps: [...sharedData(), queue(), ...metrics(words)] },
    { name: "replies, reads properties and logs", steps: [...replies(), properties(language), logs(words)] },
    ...(updates === undefined
      ? []
      : [{ name: "accepts a new configuration and rejects another", steps: configurations(updates) }]),
  ];
  const guard = {
    plugin: "body-write",
    pluginName: "guard",
    config: {
      requestBody: [
        ["denyIf", "attack"],
        ["denyIf", "ATTACK"],
      ],
    },
  };
  const foreign = { ...plugin, config: calling };
  const guarded = [
    [guard, foreign],
    [foreign, guard],
  ].flatMap((plugins) =>
    [{}, HELD].map((host) => ({
      name: `pauses ${plugins[0] === guard ? "after" : "before"} a hook on whole bodies${host === HELD ? ", headers are held" : ""}`,
      plugins: plugins.map((one) => (one === guard ? { ...guard, ...host } : one)),
      clusters: CALLED,
      // The AssemblyScript SDK traps when a call result arrives after its stream has ended.
      steps: guardedBodies(words, language !== "as" || plugins[0] !== guard || host === HELD),
    })),
  );
  return [
    ...scenarios.map((scenario) => ({ ...plugin, ...scenario, name: `${language}: ${scenario.name}` })),
    ...guarded.map((scenario) => ({ ...scenario, name: `${language}: ${scenario.name}` })),
  ];
}

const HELD = { environment: { ALLOW_ON_HEADERS_STOP_ITERATION: "true" }, allowOnHeadersStopIteration: true };

/** The plugin makes a call and resumes the request while the body is still arriving. */
function guardedBodies({ checked, body }: Words, denies: boolean): Step[] {
  const calling = { headers: [token, ["x-call", "1"]] as const };
  return [0, 15].flatMap((chunkDelayMs) => [
    ...(denies
      ? [{ ...calling, chunks: ["please att", "ack now"], chunkDelayMs, expect: { status: 403, upstream: null } }]
      : []),
    {
      ...{ ...calling, chunks: ["a ", "fine ", "body"], chunkDelayMs },
      expect: { status: 200, upstream: { headers: { "x-checked": checked }, body: body("a fine body") } },
    },
  ]);
}

/** A request whose headers select a feature of the plugin and the response of the upstream. */
function about(topic: string, step: RequestStep, response: UpstreamResponse = {}): RequestStep {
  const selectors = [token, ["x-topic", topic], ["x-answer", JSON.stringify(response)]] as const;
  return { ...step, headers: [...selectors, ...(step.headers ?? [])] };
}

function tokens({ response, localReply }: Words): Step[] {
  return [
    { expect: { status: 401, body: "who are you?", headers: localReply, upstream: null } },
    { headers: [token], expect: { status: 200, headers: response, upstream: { method: "GET" } } },
    { body: "a body", expect: { status: 401, headers: localReply, upstream: null } },
  ];
}

function replies(): Step[] {
  return [
    about("reply to body", {
      body: "abc",
      expect: { status: 403, body: "not abc", headers: { "content-type": "text/plain" }, upstream: null },
    }),
    about(
      "reply to response",
      {
        expect: {
          ...{ status: 502, body: "sorry", headers: { "x-why": "bad response", "x-up": null } },
          upstream: { method: "GET" },
        },
      },
      { headers: [["x-up", "1"]], body: "fine" },
    ),
    about("grpc", {
      headers: [["content-type", "application/grpc"]],
      expect: {
        ...{ status: 200, body: "", upstream: null },
        headers: { "content-type": "application/grpc", "grpc-status": "7", "grpc-message": "denied" },
      },
    }),
  ];
}

/** The headers of a map before the plugin changes them. Below: the same headers after "edit", and after "set". */
const MAP: HeaderToSend[] = [
  ["x-one", "1"],
  ["x-many", "a"],
  ["x-many", "b"],
  ["x-old", "1"],
  ["x-gone", "1"],
  ["x-gone", "2"],
];
const EDITED = {
  ...{ "x-got": "1 a none", "x-all": "a b" },
  ...{ "x-one": "1", "x-many": ["a", "b", "c"], "x-old": "2", "x-new": "1", "x-gone": null },
};
const SET = { "x-one": null, "x-many": ["a", "b"], "x-old": "1", "x-gone": ["1", "2"], "x-set": "yes" };

function headers(): Step[] {
  const changed = (topic: string, headers: typeof EDITED | typeof SET) =>
    about(
      topic,
      { headers: MAP, expect: { status: 200, headers, upstream: { method: "GET", target: "/", headers } } },
      { headers: MAP },
    );
  return [changed("edit", EDITED), changed("set", SET)];
}

function trailers({ trailerHooks }: Words): Step[] {
  const te = ["te", "trailers"] as const;
  const changed = (topic: string, trailers: typeof EDITED | typeof SET) =>
    about(
      topic,
      {
        ...{ body: "abc", trailers: MAP, headers: [te] },
        expect: { status: 200, body: "def", trailers, upstream: { body: "abc", trailers } },
      },
      { body: "def", trailers: MAP },
    );
  const added = { "x-added": "1" };
  return [
    ...(trailerHooks ? [changed("edit", EDITED), changed("set", SET)] : []),
    // The hook on the end of the body adds trailers to a message without trailers.
    about(
      "add trailers",
      {
        ...{ chunks: ["abc"], headers: [te] },
        expect: { status: 200, body: "def", trailers: added, upstream: { body: "abc", trailers: added } },
      },
      { chunks: ["def"] },
    ),
  ];
}

function bodies({ body, seen }: Words): Step[] {
  const inChunks = { chunks: ["ab", "cd"], chunkDelayMs: 20 };
  return [
    {
      ...{ target: "/a?b", headers: [token], body: "abc" },
      expect: { status: 200, upstream: { body: body("abc"), headers: { "content-length": null, ...seen } } },
    },
    {
      ...{ headers: [token], chunks: ["ab", "cd", "é"], chunkDelayMs: 20 },
      expect: { status: 200, upstream: { body: body("abcdé") } },
    },
    about(
      "wrap",
      { body: "abc", expect: { status: 200, body: "<def>", upstream: { body: "<abc>" } } },
      { body: "def" },
    ),
    about("wrap", { ...inChunks, expect: { status: 200, body: "<abcd>", upstream: { body: "<abcd>" } } }, inChunks),
    about("replace", { expect: { status: 200, body: "bc/abcd" } }, { body: "abcd" }),
    about("replace", { expect: { status: 200, body: "bc/abcd" } }, inChunks),
    { headers: [token], body: "x".repeat(MIB + 1), expect: { status: 413 } },
  ];
}

const CALLED: Scenario["clusters"] = {
  auth: { headers: [["x-answered", "soon"]], body: "yes", trailers: [["x-end", "1"]], delayMs: 20 },
  ...{ denies: { status: 403, body: "no" }, gone: "dead", slow: { hang: true } },
};

function calls({ checked, body }: Words): Step[] {
  const to = (cluster: string, expect: Expectation) => about("call", { headers: [["x-cluster", cluster]], expect });
  const called = (target: string) => [{ cluster: "auth", method: "GET", target, headers: { host: "auth.example" } }];
  return [
    {
      ...{ headers: [token, ["x-call", "1"]], body: "abc" },
      expect: {
        ...{ status: 200, upstream: { headers: { "x-checked": checked }, body: body("abc") } },
        calls: called("/check"),
      },
    },
    about("call in body", {
      body: "abc",
      expect: { status: 200, upstream: { body: "yes/abc" }, calls: called("/body") },
    }),
    about("call in response", { expect: { status: 200, headers: { "x-checked": "yes" }, calls: called("/response") } }),
    to("auth", {
      ...{ status: 200, upstream: { headers: { "x-checked": "soon yes x-end=1" } } },
      calls: [{ cluster: "auth", method: "POST", target: "/check", headers: { "x-ask": "1" }, body: "ask" }],
    }),
    to("denies", { status: 502, headers: { "x-call": "403" }, body: "no", upstream: null }),
    to("gone", { status: 502, headers: { "x-call": "503" }, body: /^upstream connect error/, upstream: null }),
    to("slow", { status: 502, headers: { "x-call": "504" }, body: "upstream request timeout", upstream: null }),
    to("nowhere", { status: 200, upstream: { headers: { "x-checked": "not sent" } }, calls: [] }),
  ];
}

/** The first cluster responds with the request that it received. */
const TICKED: Scenario["clusters"] = { auth: {}, poll: { delayMs: 10 } };

function ticks({ ticks }: Words): Step[] {
  return [
    ...ticks.map((count) => about("tick", { expect: { status: 200, upstream: { headers: { "x-ticks": count } } } })),
    about("tick call", { expect: { status: 200, upstream: { headers: { "x-checked": /"target":"\/tick"/ } } } }),
  ];
}

function sharedData(): Step[] {
  const kept = { "x-absent": "none", "x-first": "1", "x-late": "mismatch", "x-last": "2", "x-cas": "1" };
  return ["1", "2", "3"].map((count) =>
    about("shared data", { expect: { status: 200, headers: { ...kept, "x-count": count }, upstream: null } }),
  );
}

function queue(): Step {
  const headers = { "x-resolved": "true", "x-unresolved": "true", "x-jobs": "first second" };
  return about("queue", { expect: { status: 200, upstream: { headers } } });
}

function metrics({ metrics }: Words): Step[] {
  return metrics.map((headers) => about("metrics", { expect: { status: 200, headers, upstream: null } }));
}

function properties(language: Language): Step {
  return about(
    "properties",
    {
      ...{ target: "/a?b", headers: [["x-one", "1"]] },
      expect: {
        status: 201,
        // The host drops the request's path together with its headers.
        headers: { "x-code": "201", "x-state": "on", "x-path": "none" },
        upstream: {
          headers: {
            ...{ "x-path": "/a?b", "x-method": "GET", "x-header": "1", "x-protocol": "HTTP/1.1" },
            ...{ "x-route": "default/foo", "x-plugin": language, "x-root": "foreign" },
            ...{ "x-source": /^127\.0\.0\.1:\d+$/, "x-mtls": "0", "x-state": "on", "x-absent": "none" },
          },
        },
      },
    },
    { status: 201 },
  );
}

function logs({ line, notLogged = [] }: Words): Step {
  // Envoy at the level debug drops lines at trace. The Node host reports all lines.
  const lines = ["debug", "info", "warn", "error", "critical"].map((level) => line(level, `say ${level}`));
  return about(
    "log",
    {
      ...{ target: "/a", headers: [["x-one", "1"]] },
      // The plugin logs the last line when the stream is done, and can still read the stream's headers.
      expect: { status: 201, logs: [...lines, line("info", "done /a 201 1 up")], noLogs: notLogged },
    },
    { status: 201, headers: [["x-up", "up"]] },
  );
}

function configurations({ accepted, rejected }: NonNullable<Words["updates"]>): Step[] {
  const other: Step = { headers: [["x-token", "other"]], expect: { status: 200 } };
  return [
    { headers: [token], expect: { status: 200 } },
    { update: accepted, expect: "accepted" },
    { headers: [token], expect: { status: 401 } },
    other,
    { update: rejected, expect: "rejected" },
    other,
  ];
}
