import type { UpstreamResponse } from "../support/upstream-response.js";
import type { HeaderToSend } from "../support/http-request.js";
import type { Expectation, RequestStep, Scenario, Step } from "../scenarios/scenario.js";
import { LANGUAGES, type Language, type Words } from "./words.js";

const token = ["x-token", "secret"] as const;
const MIB = 1024 * 1024;

/**
 * What a plugin of tests/foreign must do, the same for each language but for its words. Topics share scenarios, as each
 * of these is a VM, and one in Go takes a second to start.
 */
export function scenariosOf(language: Language, wasm: string): Scenario[] {
  const words = LANGUAGES[language];
  const { config, calling, ticking, updates } = words;
  const plugin = { plugin: wasm, pluginName: language, rootId: "foreign", config };
  const scenarios: Scenario[] = [
    { name: "answers, or lets pass", oneConnection: true, steps: answers(words) },
    { name: "edits and sets headers and trailers", steps: [...headers(), ...trailers(words)] },
    { name: "changes bodies", oneConnection: true, steps: bodies(words) },
    {
      name: "asks upstreams while requests and responses wait",
      config: calling,
      clusters: CALLED,
      steps: calls(words),
    },
    { name: "does work when the timer ticks", config: ticking, clusters: TICKED, steps: ticks(words) },
    { name: "keeps shared data, a queue and metrics", steps: [...sharedData(), queue(), ...metrics(words)] },
    { name: "replies, reads properties and logs", steps: [...replies(), properties(language), logs(words)] },
    ...(updates === undefined ? [] : [{ name: "takes a new configuration", steps: configurations(updates) }]),
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
      name: `waits ${plugins[0] === guard ? "behind" : "before"} a hook on whole bodies${host === HELD ? ", headers are held" : ""}`,
      plugins: plugins.map((one) => (one === guard ? { ...guard, ...host } : one)),
      clusters: CALLED,
      // This SDK traps when a call's result comes after its stream has ended.
      steps: guardedBodies(words, language !== "as" || plugins[0] !== guard || host === HELD),
    })),
  );
  return [
    ...scenarios.map((scenario) => ({ ...plugin, ...scenario, name: `${language}: ${scenario.name}` })),
    ...guarded.map((scenario) => ({ ...scenario, name: `${language}: ${scenario.name}` })),
  ];
}

const HELD = { environment: { ALLOW_ON_HEADERS_STOP_ITERATION: "true" }, allowOnHeadersStopIteration: true };

/** The plugin calls and resumes the request while its body is still on its way. */
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

/** A request that asks the plugin for something, and the upstream for an answer. */
function about(topic: string, step: RequestStep, answer: UpstreamResponse = {}): RequestStep {
  const asks = [token, ["x-topic", topic], ["x-answer", JSON.stringify(answer)]] as const;
  return { ...step, headers: [...asks, ...(step.headers ?? [])] };
}

function answers({ response, own }: Words): Step[] {
  return [
    { expect: { status: 401, body: "who are you?", headers: own, upstream: null } },
    { headers: [token], expect: { status: 200, headers: response, upstream: { method: "GET" } } },
    { body: "a body", expect: { status: 401, headers: own, upstream: null } },
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
          ...{ status: 502, body: "sorry", headers: { "x-why": "bad answer", "x-up": null } },
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

/** What a map holds before the plugin edits or sets it, and after. */
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
    // Where there are none, a hook on the end of a body can make some.
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
  const pieces = { chunks: ["ab", "cd"], chunkDelayMs: 20 };
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
    about("wrap", { ...pieces, expect: { status: 200, body: "<abcd>", upstream: { body: "<abcd>" } } }, pieces),
    about("replace", { expect: { status: 200, body: "bc/abcd" } }, { body: "abcd" }),
    about("replace", { expect: { status: 200, body: "bc/abcd" } }, pieces),
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

/** The first tells what it was asked. */
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
        // The request's path is gone with its headers.
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

function logs({ line, unsaid = [] }: Words): Step {
  // An Envoy at the level debug drops what is said at trace; the Node host hands on all.
  const lines = ["debug", "info", "warn", "error", "critical"].map((level) => line(level, `say ${level}`));
  return about(
    "log",
    {
      ...{ target: "/a", headers: [["x-one", "1"]] },
      // The last comes when the stream is done: its headers, and what they say, can be read again.
      expect: { status: 201, logs: [...lines, line("info", "done /a 201 1 up")], noLogs: unsaid },
    },
    { status: 201, headers: [["x-up", "up"]] },
  );
}

function configurations({ taken, refused }: NonNullable<Words["updates"]>): Step[] {
  const other: Step = { headers: [["x-token", "other"]], expect: { status: 200 } };
  return [
    { headers: [token], expect: { status: 200 } },
    { update: taken, expect: "accepted" },
    { headers: [token], expect: { status: 401 } },
    other,
    { update: refused, expect: "rejected" },
    other,
  ];
}
