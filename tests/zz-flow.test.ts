import { describe } from "vitest";
import { describeWithEnvoy } from "/work/wt-flow/tests/support/envoy.js";
import { EnvoyEngine } from "/work/wt-flow/tests/scenarios/envoy-engine.js";
import { loadScenarios } from "/work/wt-flow/tests/scenarios/load.js";
import { NodeEngine } from "/work/wt-flow/tests/scenarios/node-engine.js";
import { runScenarios } from "/work/wt-flow/tests/scenarios/run.js";
const scenarios = (await loadScenarios()).filter((s) => s.name.startsWith(process.env["SCEN"]!));
for (const allow of (process.env["ALLOW"] ?? "0,1").split(",").map((x) => x === "1")) {
describe("node", () => runScenarios(() => new NodeEngine({ allowOnHeadersStopIteration: allow }), scenarios));
describeWithEnvoy("envoy", ({ path }) => runScenarios(() => new EnvoyEngine(path, { concurrency: 1, allowOnHeadersStopIteration: allow }), scenarios));
}
