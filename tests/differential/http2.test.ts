import { loadScenarios } from "../scenarios/load.js";
import type { Scenario } from "../scenarios/scenario.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { compareEngines } from "./compare-engines.js";
import { TracedEnvoyEngine } from "./envoy-engine.js";
import { KNOWN } from "./known.js";
import { TracedNodeEngine } from "./node-engine.js";

// Scenarios without differences by HTTP/1 must have none by HTTP/2. Outcomes are only compared: the expected responses
// are for HTTP/1. The scenarios of tests/differential/data are left out, since they can crash Envoy.
const scenarios = (await loadScenarios())
  .filter(({ name, debugLevel, oneConnection, steps }) => {
    const isRaw = steps.some((step) => "raw" in step);
    return !debugLevel && !oneConnection && !isRaw && !KNOWN.has(name);
  })
  .map(overHttp2);

describeWithEnvoy("differential, by HTTP/2", ({ path }) => {
  compareEngines(() => [new TracedNodeEngine(), new TracedEnvoyEngine(path)], scenarios);
});

function overHttp2(scenario: Scenario): Scenario {
  const steps = scenario.steps.map((step): typeof step =>
    "update" in step ? step : { ...step, expect: { anything: true } },
  );
  return { ...scenario, http2: true, traps: true, errors: [/^/], steps };
}
