import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeWithEnvoy } from "../support/envoy.js";
import { respondWith } from "../support/upstream.js";
import type { Engine } from "./engine.js";
import { EnvoyEngine } from "./envoy-engine.js";
import { NodeEngine } from "./node-engine.js";
import { playScenario, runScenarios } from "./run.js";
import type { Scenario } from "./scenario.js";

const plugin = "tests/support/raw-plugin";

/** Scenarios for the harness itself, on a plugin that needs no SDK. */
const good: Scenario[] = [
  {
    ...{ name: "requests pass and are changed", plugin, config: "c1" },
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
    ...{ name: "a reply does not reach the upstream", plugin, config: "c2", oneConnection: true },
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
    ...{ name: "a configuration changes", plugin, config: "one" },
    steps: [
      { expect: { upstream: { headers: { "x-config": "one" } } } },
      { update: "two", expect: "accepted" },
      { expect: { upstream: { headers: { "x-config": "two" } } } },
      { update: "reject", expect: "rejected" },
      { expect: { status: 200 } },
    ],
  },
  {
    ...{ name: "a configuration is refused", plugin, config: "reject", rejected: true },
    steps: [{ expect: { status: 500, upstream: null } }],
  },
  {
    ...{ name: "a trap", plugin, traps: true },
    steps: [{ headers: [["x-trap", "1"]], expect: { status: 503, logs: [/proxy_on_request_headers failed/] } }],
  },
  {
    name: "two roots in one VM",
    plugins: [
      { plugin, pluginName: "first", config: "1", vm: "shared" },
      { plugin, pluginName: "second", config: "2", vm: "shared" },
    ],
    // The fixture keeps its configuration in the VM: the second one is what both see.
    steps: [{ expect: { upstream: { headers: { "x-config": "2" } } } }],
  },
  {
    ...{ name: "an upstream that is not there", plugin, routes: [{ prefix: "/", cluster: "gone" }] },
    clusters: { gone: "dead" },
    steps: [{ expect: { status: 503, calls: [] } }],
  },
  {
    ...{ name: "an upstream that hangs", plugin, clusters: { upstream: { hang: true } } },
    steps: [{ limitMs: 100, expect: { failure: /no response within 100 ms/, upstream: {} } }],
  },
];

const bad: [Scenario, string | RegExp][] = [
  [
    { name: "wrong status", plugin, steps: [{ target: "/x", headers: [["x-log", "hm"]], expect: { status: 403 } }] },
    /step 1 of 1 ended differently:\n {2}status: expected 403, got 200\n[^]*GET \/x[^]*upstream: GET \/x[^]*\[warn\] hm/,
  ],
  [{ name: "a trap", plugin, steps: [{ headers: [["x-trap", "1"]], expect: {} }] }, "unexpected in the log"],
  [{ name: "refused", plugin, config: "reject", steps: [] }, /the plugin refused its configuration\n[^]*configured/],
  [{ name: "took", plugin, rejected: true, steps: [] }, "the plugin took its configuration"],
  [{ name: "no plugin", plugin: "nowhere", steps: [] }, 'no plugin "nowhere"'],
  [{ name: "no asc", plugin: "tests/support/http.ts", steps: [] }, /asc failed/],
];

describe("scenarios that hold", () => runScenarios(() => new NodeEngine(), good));
describeWithEnvoy("scenarios that hold", ({ path }) => {
  runScenarios(() => new EnvoyEngine(path), good);
});

describe("scenarios that do not hold say why, on the Node host", () => complain(new NodeEngine()));
describeWithEnvoy("scenarios that do not hold say why, on Envoy", ({ path }) => complain(new EnvoyEngine(path)));

function complain(engine: Engine): void {
  beforeAll(() => engine.start(bad.map(([scenario]) => scenario)), 60_000);
  afterAll(() => engine.stop());
  test.each(bad)("$name", async (scenario, message) => {
    await expect(playScenario(engine, scenario)).rejects.toThrow(message);
  });
}
