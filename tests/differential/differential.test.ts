import { afterAll } from "vitest";
import { loadScenarios } from "../scenarios/load.js";
import { Results } from "../scenarios/results.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { compareEngines } from "./compare-engines.js";
import { TracedEnvoyEngine } from "./envoy-engine.js";
import { KNOWN } from "./known.js";
import { TracedNodeEngine } from "./node-engine.js";

// Nobody has written these answers down: the Node host must do what a real Envoy does, call by call.
const scenarios = await loadScenarios("tests/differential/data");
const results = new Results();

describeWithEnvoy("differential", ({ path }) => {
  compareEngines(
    () => [new TracedNodeEngine({ trace: true }), new TracedEnvoyEngine(path, { trace: true })],
    scenarios,
    { results, known: KNOWN },
  );
});

afterAll(() => console.log(results.table().join("\n")));
