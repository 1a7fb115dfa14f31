import { respondWith } from "../../support/upstream.js";
import { did, type ProbeStep } from "../probe.js";
import type { RequestStep, Scenario } from "../scenario.js";

/** A hook, and what a plugin can still do when this hook runs. */
interface Phase {
  hook: "request" | "requestBody" | "requestTrailers" | "response" | "responseBody" | "responseTrailers";
  title: string;
  /** The map of headers or trailers that the plugin can edit in the hook, and until the message continues. */
  editable?: "request" | "requestTrailers" | "response" | "responseTrailers";
  /** The status code and headers have been sent: a local reply can only close the connection. */
  late?: true;
  /** Nothing has been sent to the upstream. */
  first?: true;
}

const PHASES: Phase[] = [
  { hook: "request", title: "request headers", editable: "request", first: true },
  { hook: "requestBody", title: "request body" },
  { hook: "requestTrailers", title: "request trailers", editable: "requestTrailers" },
  { hook: "response", title: "response headers", editable: "response" },
  { hook: "responseBody", title: "response body", late: true },
  { hook: "responseTrailers", title: "response trailers", editable: "responseTrailers", late: true },
];

const pause: ProbeStep = ["pause"];
const deny: ProbeStep = ["reply", 403, [["x-by", "plugin"]], "denied"];
const again: ProbeStep = ["reply", 404, [], "again"];
const call = (cluster: string, then: ProbeStep[]): ProbeStep => [
  ...(["call", cluster, "GET", "/", [], "", 500, then] as const),
];

/** A request that runs every hook: it has a body and trailers, and so has its response. */
const whole = {
  chunks: ["ab", "c"],
  chunkDelayMs: 20,
  trailers: [["x-t", "1"]],
  headers: [["te", "trailers"], respondWith({ chunks: ["12", "3"], chunkDelayMs: 20, trailers: [["x-r", "1"]] })],
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
  const withCheck = { clusters: { check: { delayMs: 20 } } };
  return [
    scenario("a local reply", [deny], { steps: [{ ...whole, expect: denied }] }),
    scenario("a local reply and a pause", [deny, pause], { steps: [{ ...whole, expect: denied }] }),
    scenario("of two local replies the first is sent", [deny, again], {
      errors: ["response not sent: the request already has a local reply"],
      steps: [{ ...whole, expect: { ...denied, logs: [did(again, "the request already has a local reply")] } }],
    }),
    scenario("a pause until a call has ended", [call("check", [resume]), pause], {
      ...{ ...withCheck, oneConnection: true },
      steps: [
        { ...whole, expect: { ...passed, logs: [did(resume, null)], calls: [{ cluster: "check" }] } },
        { ...whole, chunkDelayMs: 60, expect: passed },
      ],
    }),
    scenario("a call result denies", [call("check", [deny]), pause], {
      ...withCheck,
      steps: [{ ...whole, expect: denied }],
    }),
    scenario("in a call's callback, a resume and then a local reply", [call("check", [resume, deny]), pause], {
      ...withCheck,
      errors: ["response not sent: the message was just resumed"],
      steps: [{ ...whole, expect: passed }],
    }),
    scenario("in a call's callback, a local reply and then a resume", [call("check", [deny, resume]), pause], {
      ...withCheck,
      errors: [/cannot be resumed: the request already has a local reply/],
      steps: [{ ...whole, expect: denied }],
    }),
    scenario("a call without a pause", [call("check", [["log", "info", "checked"]])], {
      ...withCheck,
      // The response can end before the call reaches its cluster: nothing pauses it.
      steps: [{ ...whole, expect: { ...passed, ...(late ? {} : { calls: [{ cluster: "check" }] }) } }],
    }),
    scenario("a call that cannot be sent", [call("nobody", [resume]), deny], {
      errors: ["the gateway has no such cluster"],
      steps: [{ ...whole, expect: { ...denied, logs: ["the gateway has no such cluster"] } }],
    }),
    ...(editable === undefined
      ? []
      : [
          scenario("an edit in the hook, and one in a call's callback before the resume", edits(editable, resume), {
            ...withCheck,
            steps: [{ ...whole, expect: edited(editable) }],
          }),
        ]),
  ];
});

function edits(map: string, resume: ProbeStep): ProbeStep[] {
  return [[`${map}.set`, "x-a", "1"], call("check", [[`${map}.set`, "x-b", "2"], resume]), pause];
}

function edited(map: string): RequestStep["expect"] {
  const names = { "x-a": "1", "x-b": "2" };
  if (map === "request") return { ...passed, upstream: { ...passed.upstream, headers: names } };
  if (map === "requestTrailers") return { ...passed, upstream: { body: "abc", trailers: { "x-t": "1", ...names } } };
  if (map === "response") return { ...passed, headers: names };
  return { ...passed, trailers: { "x-r": "1", ...names } };
}

export default scenarios;
