import { afterAll } from "vitest";
import { loadScenarios } from "../scenarios/load.js";
import { Results } from "../scenarios/results.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { compareEngines } from "./compare-engines.js";
import { TracedEnvoyEngine } from "./envoy-engine.js";
import { KNOWN } from "./known.js";
import { TracedNodeEngine } from "./node-engine.js";

// The Node host must behave as a real Envoy, call by call: in the scenarios with expected responses, and in those of
// tests/differential/data, which have none.
const withExpectations = (await loadScenarios()).filter(({ debugLevel = false }) => !debugLevel);
const scenarios = [...withExpectations, ...(await loadScenarios("tests/differential/data"))];
const results = new Results();

describeWithEnvoy("differential", ({ path }) => {
  compareEngines(() => [new TracedNodeEngine(), new TracedEnvoyEngine(path)], scenarios, { results, known: KNOWN });
});

afterAll(() => console.log(results.table().join("\n")));
