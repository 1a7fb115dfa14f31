import { afterAll, describe } from "vitest";
import { EnvoyEngine } from "../scenarios/envoy-engine.js";
import { loadScenarios } from "../scenarios/load.js";
import { NodeEngine } from "../scenarios/node-engine.js";
import { Results } from "../scenarios/results.js";
import { runScenarios } from "../scenarios/run.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { compareEngines } from "./compare-engines.js";
import { Observations } from "./observations.js";

// Nobody has written these answers down: the Node host must do what a real Envoy does, call by call.
const scenarios = await loadScenarios("tests/differential/data");
const results = new Results();
const observations = new Observations();

describeWithEnvoy("differential", ({ path }) => {
  describe("played", () => {
    runScenarios(() => new NodeEngine({ trace: true }), scenarios, results, observations);
    runScenarios(() => new EnvoyEngine(path, { trace: true }), scenarios, results, observations);
  });
  compareEngines("Node host", "Envoy", scenarios, observations);
});

afterAll(() => console.log(results.table().join("\n")));
