import { afterAll } from "vitest";
import { EnvoyEngine } from "../scenarios/envoy-engine.js";
import { loadScenarios } from "../scenarios/load.js";
import { NodeEngine } from "../scenarios/node-engine.js";
import { Results } from "../scenarios/results.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { compareEngines } from "./compare-engines.js";
import { KNOWN } from "./known.js";

// Nobody has written these answers down: the Node host must do what a real Envoy does, call by call.
const scenarios = await loadScenarios("tests/differential/data");
const results = new Results();

describeWithEnvoy("differential", ({ path }) => {
  compareEngines(() => [new NodeEngine({ trace: true }), new EnvoyEngine(path, { trace: true })], scenarios, {
    ...{ results, known: KNOWN },
  });
});

afterAll(() => console.log(results.table().join("\n")));
