import { probe, type ProbeStep } from "../probe.js";
import type { Scenario } from "../scenario.js";

const abort: ProbeStep = ["abort", "on purpose"];
const call = (then: ProbeStep[]): ProbeStep => ["call", "auth", "GET", "/", [], "", 500, then];
const raw = "tests/support/raw-plugin";
const trap = { headers: [["x-trap", "1"] as const] };
const errors = [/on purpose/];

const scenarios: Scenario[] = [
  {
    ...{
      name: "FAIL_CLOSED: after a trap, this request and all later ones get 503",
      plugin: raw,
      traps: true,
      oneWorker: true,
    },
    steps: [
      { expect: { status: 200 } },
      { ...trap, expect: { status: 503, body: "", upstream: null, logs: [/proxy_on_request_headers failed/] } },
      { expect: { status: 503, body: "", upstream: null } },
      { body: "with a body", expect: { status: 503, upstream: null } },
    ],
  },
  {
    ...{ name: "FAIL_OPEN: the request that trapped gets 503, later ones pass", plugin: raw, traps: true },
    ...{ failurePolicy: "FAIL_OPEN" as const, config: "c", oneWorker: true },
    steps: [
      { ...trap, expect: { status: 503, upstream: null } },
      { expect: { status: 200, upstream: { headers: { "x-config": null } } } },
    ],
  },
  {
    ...{ name: "FAIL_RELOAD: the request that trapped gets 503", plugin: raw, traps: true },
    ...{ failurePolicy: "FAIL_RELOAD" as const, config: "c" },
    steps: [
      { expect: { status: 200, upstream: { headers: { "x-config": "c" } } } },
      { ...trap, expect: { status: 503, upstream: null } },
    ],
  },
  probe(
    "a trap in a response hook replaces the response with a 503",
    { response: [abort] },
    { traps: true, errors, steps: [{ expect: { status: 503, body: "", upstream: {} } }] },
  ),
  {
    ...{ name: "a trap in a hook on a request body gives 503", plugin: "body-write", traps: true, errors },
    config: { requestBody: [abort] },
    steps: [{ body: "abc", expect: { status: 503 } }],
  },
  {
    ...{ name: "a trap in a hook on a response body closes the connection", plugin: "body-write", traps: true, errors },
    config: { responseBody: [abort] },
    steps: [
      {
        headers: [["x-answer", '{"body":"abc"}']],
        expect: { failure: /connection|a chunk does not start/ },
      },
    ],
  },
  probe(
    "after a trap in a call handler, the paused request gets no response",
    { request: [call([abort]), ["pause"]] },
    {
      ...{ traps: true, errors, oneWorker: true, clusters: { auth: {} } },
      steps: [{ limitMs: 300, expect: { failure: /no response within/, upstream: null } }, { expect: { status: 503 } }],
    },
  ),
];

export default scenarios;
