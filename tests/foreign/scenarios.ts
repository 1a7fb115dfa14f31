import type { Answer } from "../support/answer.js";
import type { HeaderToSend } from "../support/http-request.js";
import type { RequestStep, Scenario } from "../scenarios/scenario.js";
import { LANGUAGES, type Language, type Words } from "./words.js";

const token = ["x-token", "secret"] as const;
const call = ["x-call", "1"] as const;
const MIB = 1024 * 1024;

/** What a plugin of tests/foreign must do, the same for each language but for its words. */
export function scenariosOf(language: Language, wasm: string): Scenario[] {
  const words = LANGUAGES[language];
  const plugin = { plugin: wasm, pluginName: language, rootId: "foreign", config: words.config };
  const topics = [
    ...[answers(words), headers(), trailers(words), bodies(words), calls(words), moreCalls(), ticks(words)],
    ...[sharedData(), metrics(words), properties(language), replies(), logs(words), configurations(words)],
  ];
  return topics.flat().map((topic) => ({ ...plugin, ...topic, name: `${language}: ${topic.name}` }));
}

/** A request that asks the plugin for something, and the upstream for an answer. */
function about(topic: string, step: RequestStep, answer: Answer = {}): RequestStep {
  const asks = [token, ["x-topic", topic], ["x-answer", JSON.stringify(answer)]] as const;
  return { ...step, headers: [...asks, ...(step.headers ?? [])] };
}

function answers({ response, own }: Words): Scenario {
  return {
    ...{ name: "answers, or lets pass", oneConnection: true },
    steps: [
      { expect: { status: 401, body: "who are you?", headers: own, upstream: null } },
      { headers: [token], expect: { status: 200, headers: response, upstream: { method: "GET" } } },
      { body: "a body", expect: { status: 401, headers: own, upstream: null } },
    ],
  };
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

function headers(): Scenario {
  const changed = (topic: string, headers: typeof EDITED | typeof SET) =>
    about(
      topic,
      { headers: MAP, expect: { status: 200, headers, upstream: { method: "GET", target: "/", headers } } },
      { headers: MAP },
    );
  return {
    name: "gets, adds, replaces, removes and sets headers",
    steps: [changed("edit", EDITED), changed("set", SET)],
  };
}

function trailers({ trailerHooks, body }: Words): Scenario {
  const changed = (topic: string, trailers: typeof EDITED | typeof SET) =>
    about(
      topic,
      {
        ...{ body: "abc", trailers: MAP, headers: [["te", "trailers"]] },
        expect: { status: 200, body: "def", trailers, upstream: { body: "abc", trailers } },
      },
      { body: "def", trailers: MAP },
    );
  return {
    name: "gets, adds, replaces, removes and sets trailers",
    steps: [
      ...(trailerHooks ? [changed("edit", EDITED), changed("set", SET)] : []),
      // Where there were none, a hook on the end of a body can make some.
      about(
        "add trailers",
        {
          ...{ chunks: ["abc"], headers: [["te", "trailers"]] },
          expect: {
            ...{ status: 200, body: "def", trailers: { "x-added": "1" } },
            upstream: { body: "abc", trailers: { "x-added": "1" } },
          },
        },
        { chunks: ["def"] },
      ),
      { headers: [token], body: "abc", expect: { status: 200, upstream: { body: body("abc") } } },
    ],
  };
}

function bodies({ body, seen }: Words): Scenario {
  const piecewise = { chunks: ["ab", "cd"], chunkDelayMs: 20 };
  return {
    ...{ name: "changes bodies", oneConnection: true },
    steps: [
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
      about("wrap", { ...piecewise, expect: { status: 200, body: "<abcd>", upstream: { body: "<abcd>" } } }, piecewise),
      about("replace", { expect: { status: 200, body: "bc/abcd" } }, { body: "abcd" }),
      about("replace", { expect: { status: 200, body: "bc/abcd" } }, piecewise),
      { headers: [token], body: "x".repeat(MIB + 1), expect: { status: 413 } },
    ],
  };
}

function calls({ calling, checked, body }: Words): Scenario {
  return {
    ...{ name: "asks an upstream while the request waits", config: calling },
    clusters: { auth: { body: "yes", delayMs: 20 } },
    steps: [
      {
        headers: [token, call],
        body: "abc",
        expect: {
          status: 200,
          upstream: { headers: { "x-checked": checked }, body: body("abc") },
          calls: [{ cluster: "auth", target: "/check", headers: { host: "auth.example" } }],
        },
      },
    ],
  };
}

function moreCalls(): Scenario {
  const to = (cluster: string, expect: RequestStep["expect"]) =>
    about("call", { headers: [["x-cluster", cluster]], expect });
  return {
    name: "calls that succeed, are denied, find nobody, take too long and cannot be sent",
    clusters: {
      auth: { headers: [["x-answered", "soon"]], body: "yes", trailers: [["x-end", "1"]] },
      ...{ denies: { status: 403, body: "no" }, gone: "dead", slow: { hang: true } },
    },
    steps: [
      to("auth", {
        ...{ status: 200, upstream: { headers: { "x-checked": "soon yes x-end=1" } } },
        calls: [{ cluster: "auth", method: "POST", target: "/check", headers: { "x-ask": "1" }, body: "ask" }],
      }),
      to("denies", { status: 502, headers: { "x-call": "403" }, body: "no", upstream: null }),
      to("gone", { status: 502, headers: { "x-call": "503" }, body: /^upstream connect error/, upstream: null }),
      to("slow", { status: 502, headers: { "x-call": "504" }, body: "upstream request timeout", upstream: null }),
      about("call in body", {
        body: "abc",
        expect: {
          ...{ status: 200, upstream: { body: "yes/abc" } },
          calls: [{ cluster: "auth", method: "GET", target: "/body" }],
        },
      }),
      about("call in response", {
        body: "abc",
        expect: {
          ...{ status: 200, headers: { "x-checked": "yes" } },
          calls: [{ cluster: "auth", method: "GET", target: "/response" }],
        },
      }),
      to("nowhere", { status: 200, upstream: { headers: { "x-checked": "not sent" } }, calls: [] }),
    ],
  };
}

function ticks({ ticking, ticks }: Words): Scenario {
  return {
    ...{ name: "does work when the timer ticks", config: ticking },
    // The first tells what it was asked.
    clusters: { auth: {}, poll: { delayMs: 10 } },
    steps: [
      ...ticks.map((count) => about("tick", { expect: { status: 200, upstream: { headers: { "x-ticks": count } } } })),
      about("tick call", { expect: { status: 200, upstream: { headers: { "x-checked": /"target":"\/tick"/ } } } }),
    ],
  };
}

function sharedData(): Scenario {
  const kept = { "x-absent": "none", "x-first": "1", "x-late": "mismatch", "x-last": "2", "x-cas": "1" };
  return {
    name: "keeps shared data, and a queue",
    steps: [
      ...["1", "2", "3"].map((count) =>
        about("shared data", { expect: { status: 200, headers: { ...kept, "x-count": count }, upstream: null } }),
      ),
      about("queue", {
        expect: {
          status: 200,
          upstream: { headers: { "x-resolved": "true", "x-unresolved": "true", "x-jobs": "first second" } },
        },
      }),
    ],
  };
}

function metrics({ metrics }: Words): Scenario {
  return {
    name: "counts and measures",
    steps: metrics.map((headers) => about("metrics", { expect: { status: 200, headers, upstream: null } })),
  };
}

function properties(language: Language): Scenario {
  return {
    name: "reads properties, and its own",
    steps: [
      about(
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
      ),
    ],
  };
}

function replies(): Scenario {
  return {
    name: "answers a body, an answer, and in gRPC",
    steps: [
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
    ],
  };
}

function logs({ line, unsaid = [] }: Words): Scenario {
  // An Envoy at the level debug drops what is said at trace; the Node host hands on all.
  const lines = ["debug", "info", "warn", "error", "critical"].map((level) => line(level, `say ${level}`));
  return {
    name: "writes at each level",
    steps: [
      about(
        "log",
        {
          ...{ target: "/a", headers: [["x-one", "1"]] },
          // The last comes when the stream is done: its headers, and what they say, can be read again.
          expect: { status: 201, logs: [...lines, line("info", "done /a 201 1 up")], noLogs: unsaid },
        },
        { status: 201, headers: [["x-up", "up"]] },
      ),
    ],
  };
}

function configurations({ updates }: Words): Scenario[] {
  if (updates === undefined) return [];
  const other = { headers: [["x-token", "other"]] as const, expect: { status: 200 } };
  return [
    {
      name: "takes a new configuration",
      steps: [
        { headers: [token], expect: { status: 200 } },
        { update: updates.taken, expect: "accepted" },
        { headers: [token], expect: { status: 401 } },
        other,
        { update: updates.refused, expect: "refused" },
        other,
      ],
    },
  ];
}
