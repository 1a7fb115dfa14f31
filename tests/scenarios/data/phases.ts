import { did, type ProbeStep } from "../probe.js";
import type { RequestStep, Scenario } from "../scenario.js";

/** The hooks of a message's way, each with a request that meets it and what its answers can still do. */
interface Phase {
  hook: "request" | "requestBody" | "requestTrailers" | "response" | "responseBody" | "responseTrailers";
  title: string;
  /** Headers can be edited there, or until the message goes on. */
  editable?: "request" | "requestTrailers" | "response" | "responseTrailers";
  /** Status and headers have left: an answer can only cut the connection. */
  late?: true;
  /** Nothing has reached the upstream. */
  first?: true;
}

const PHASES: Phase[] = [
  { hook: "request", title: "request headers", editable: "request", first: true },
  { hook: "requestBody", title: "a request's body" },
  { hook: "requestTrailers", title: "request trailers", editable: "requestTrailers" },
  { hook: "response", title: "response headers", editable: "response" },
  { hook: "responseBody", title: "a response's body", late: true },
  { hook: "responseTrailers", title: "response trailers", editable: "responseTrailers", late: true },
];

const pause: ProbeStep = ["pause"];
const deny: ProbeStep = ["reply", 403, [["x-by", "plugin"]], "denied"];
const again: ProbeStep = ["reply", 404, [], "again"];
const call = (cluster: string, then: ProbeStep[]): ProbeStep => [
  ...(["call", cluster, "GET", "/", [], "", 500, then] as const),
];

/** A request with a body and trailers, whose answer has both too: it meets every hook. */
const whole = {
  chunks: ["ab", "c"],
  chunkDelayMs: 20,
  trailers: [["x-t", "1"]],
  headers: [
    ["te", "trailers"],
    ["x-answer", JSON.stringify({ chunks: ["12", "3"], chunkDelayMs: 20, trailers: [["x-r", "1"]] })],
  ],
} satisfies Partial<RequestStep>;
const passed = {
  ...{ status: 200, body: "123", trailers: { "x-r": "1" } },
  upstream: { body: "abc", trailers: { "x-t": "1" } },
};

const scenarios: Scenario[] = PHASES.flatMap(({ hook, title, editable, late, first }): Scenario[] => {
  const resume: ProbeStep = [hook.startsWith("request") ? "resumeRequest" : "resumeResponse"];
  const denied = late
    ? { failure: /chunk does not start|connection/ }
    : { status: 403, body: "denied", headers: { "x-by": "plugin" }, ...(first ? { upstream: null } : {}) };
  const scenario = (name: string, steps: ProbeStep[], rest: Omit<Scenario, "name" | "plugin" | "config">) => ({
    ...{ name: `${title}: ${name}`, plugin: "body-write", config: { [hook]: steps }, ...rest },
  });
  const answers = { clusters: { ask: { delayMs: 20 } } };
  return [
    scenario("an answer there", [deny], { steps: [{ ...whole, expect: denied }] }),
    scenario("an answer and a pause there", [deny, pause], { steps: [{ ...whole, expect: denied }] }),
    scenario("of two answers there the first counts", [deny, again], {
      errors: ["response not sent: the request already has a local reply"],
      steps: [{ ...whole, expect: { ...denied, logs: [did(again, "the request already has a local reply")] } }],
    }),
    scenario("a pause there until a call is answered", [call("ask", [resume]), pause], {
      ...{ ...answers, oneConnection: true },
      steps: [
        { ...whole, expect: { ...passed, logs: [did(resume, null)], calls: [{ cluster: "ask" }] } },
        { ...whole, chunkDelayMs: 60, expect: passed },
      ],
    }),
    scenario("the answer of a call denies there", [call("ask", [deny]), pause], {
      ...answers,
      steps: [{ ...whole, expect: denied }],
    }),
    scenario("an answer after a resume in the answer of a call", [call("ask", [resume, deny]), pause], {
      ...answers,
      errors: ["response not sent: the message was just resumed"],
      steps: [{ ...whole, expect: passed }],
    }),
    scenario("a resume after an answer in the answer of a call", [call("ask", [deny, resume]), pause], {
      ...answers,
      errors: [/cannot be resumed: the request already has a local reply/],
      steps: [{ ...whole, expect: denied }],
    }),
    scenario("a call there that nobody waits for", [call("ask", [["log", "info", "asked"]])], {
      ...answers,
      // A response that nothing holds may be there before the call is.
      steps: [{ ...whole, expect: { ...passed, ...(late ? {} : { calls: [{ cluster: "ask" }] }) } }],
    }),
    scenario("a call there that cannot be sent", [call("nobody", [resume]), deny], {
      errors: ["the gateway has no such cluster"],
      steps: [{ ...whole, expect: { ...denied, logs: ["the gateway has no such cluster"] } }],
    }),
    ...(editable === undefined
      ? []
      : [
          scenario("an edit there, and one before it goes on", edits(editable, resume), {
            ...answers,
            steps: [{ ...whole, expect: edited(editable) }],
          }),
        ]),
  ];
});

function edits(map: string, resume: ProbeStep): ProbeStep[] {
  return [[`${map}.set`, "x-a", "1"], call("ask", [[`${map}.set`, "x-b", "2"], resume]), pause];
}

function edited(map: string): RequestStep["expect"] {
  const names = { "x-a": "1", "x-b": "2" };
  if (map === "request") return { ...passed, upstream: { ...passed.upstream, headers: names } };
  if (map === "requestTrailers") return { ...passed, upstream: { body: "abc", trailers: { "x-t": "1", ...names } } };
  if (map === "response") return { ...passed, headers: names };
  return { ...passed, trailers: { "x-r": "1", ...names } };
}

export default scenarios;
