import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeWithEnvoy } from "../support/envoy.js";
import { respondWith } from "../support/upstream.js";
import type { Engine } from "./engine.js";
import { EnvoyEngine } from "./envoy-engine.js";
import { NodeEngine } from "./node-engine.js";
import { playScenario, runScenarios } from "./run.js";
import type { Scenario } from "./scenario.js";

const plugin = "tests/support/raw-plugin";

/** Scenarios that test the harness itself, with a plugin that does not use the SDK. */
const good: Scenario[] = [
  {
    ...{ name: "a request passes with a header that the plugin adds", plugin, config: "c1" },
    clusters: { upstream: { status: 201, headers: [["x-from", "upstream"]], body: "b" } },
    steps: [
      {
        ...{ method: "PUT", target: "/a?b", headers: [["x-r", "1"] as const, ["x-r", "2"] as const], body: "é" },
        expect: {
          ...{ status: 201, headers: { "x-from": "upstream", "x-config": null }, body: "b" },
          upstream: { method: "PUT", target: "/a?b", headers: { "x-config": "c1", "x-r": ["1", "2"] }, body: "é" },
        },
      },
      { headers: [respondWith({ status: 404 })], expect: { status: 404, upstream: { headers: { "x-config": "c1" } } } },
    ],
  },
  {
    ...{ name: "a request with a local reply does not reach the upstream", plugin, config: "c2", oneConnection: true },
    steps: [
      {
        headers: [["x-reply", "403"]],
        expect: { status: 403, headers: { "x-config": "c2" }, body: "c2", upstream: null },
      },
      {
        raw: Buffer.from("GET / HTTP/1.1\r\nhost: a\r\nX-Log: Hi\r\n\r\n"),
        expect: { status: 200, logs: ["[warn] Hi"] },
      },
      { expect: { status: 200, noLogs: ["Hi"] } },
    ],
  },
  {
    ...{ name: "an update changes the configuration unless it is rejected", plugin, config: "one" },
    steps: [
      { expect: { upstream: { headers: { "x-config": "one" } } } },
      { update: "two", expect: "accepted" },
      { expect: { upstream: { headers: { "x-config": "two" } } } },
      { update: "reject", expect: "rejected" },
      { expect: { status: 200 } },
    ],
  },
  {
    ...{
      name: "a gateway responds with 500 if the first configuration is rejected",
      plugin,
      config: "reject",
      rejected: true,
    },
    steps: [{ expect: { status: 500, upstream: null } }],
  },
  {
    ...{ name: "an expected trap", plugin, traps: true },
    steps: [{ headers: [["x-trap", "1"]], expect: { status: 503, logs: [/proxy_on_request_headers failed/] } }],
  },
  {
    name: "two root contexts share a VM",
    plugins: [
      { plugin, pluginName: "first", config: "1", vm: "shared" },
      { plugin, pluginName: "second", config: "2", vm: "shared" },
    ],
    // raw-plugin keeps one configuration per VM: both root contexts use the second one.
    steps: [{ expect: { upstream: { headers: { "x-config": "2" } } } }],
  },
  {
    ...{ name: "an upstream that accepts no connection", plugin, routes: [{ prefix: "/", cluster: "gone" }] },
    clusters: { gone: "dead" },
    steps: [{ expect: { status: 503, calls: [] } }],
  },
  {
    ...{ name: "an upstream that does not respond", plugin, clusters: { upstream: { hang: true } } },
    steps: [{ limitMs: 100, expect: { failure: /no response within 100 ms/, upstream: {} } }],
  },
];

const bad: [Scenario, string | RegExp][] = [
  [
    {
      name: "wrong status code",
      plugin,
      steps: [{ target: "/x", headers: [["x-log", "hm"]], expect: { status: 403 } }],
    },
    /step 1 of 1 failed:\n {2}status: expected 403, got 200\n[^]*GET \/x[^]*upstream: GET \/x[^]*\[warn\] hm/,
  ],
  [
    { name: "an unexpected trap", plugin, steps: [{ headers: [["x-trap", "1"]], expect: {} }] },
    "unexpected lines in the log",
  ],
  [{ name: "rejected", plugin, config: "reject", steps: [] }, /the plugin rejected its configuration\n[^]*configured/],
  [{ name: "accepted", plugin, rejected: true, steps: [] }, "the plugin accepted its configuration"],
  [{ name: "missing plugin", plugin: "nowhere", steps: [] }, 'no plugin "nowhere"'],
  [{ name: "plugin that does not compile", plugin: "tests/support/http.ts", steps: [] }, /asc failed/],
];

describe("scenarios that pass", () => runScenarios(() => new NodeEngine(), good));
describeWithEnvoy("scenarios that pass", ({ path }) => {
  runScenarios(() => new EnvoyEngine(path), good);
});

describe("errors of scenarios that fail on the Node host", () => expectErrors(new NodeEngine()));
describeWithEnvoy("errors of scenarios that fail on Envoy", ({ path }) => expectErrors(new EnvoyEngine(path)));

function expectErrors(engine: Engine): void {
  beforeAll(() => engine.start(bad.map(([scenario]) => scenario)), 60_000);
  afterAll(() => engine.stop());
  test.each(bad)("$name", async (scenario, message) => {
    await expect(playScenario(engine, scenario)).rejects.toThrow(message);
  });
}
