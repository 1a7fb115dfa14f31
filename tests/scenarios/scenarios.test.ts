import { afterAll, describe } from "vitest";
import { compareEngines } from "../differential/compare-engines.js";
import { Observations } from "../differential/observations.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { EnvoyEngine } from "./envoy-engine.js";
import { loadScenarios } from "./load.js";
import { NodeEngine } from "./node-engine.js";
import { Results } from "./results.js";
import { runScenarios } from "./run.js";

// Every scenario on both engines: the same answers, written by hand.
const scenarios = await loadScenarios();
const results = new Results();
const observations = new Observations();

// On a developer's machine the two that differ in both; all four in CI.
const ENVOYS = [
  { concurrency: 1, allowOnHeadersStopIteration: false, trace: true },
  { concurrency: 2, allowOnHeadersStopIteration: true },
  ...(process.env["CI"] === undefined
    ? []
    : [
        { concurrency: 1, allowOnHeadersStopIteration: true },
        { concurrency: 2, allowOnHeadersStopIteration: false },
      ]),
];

describe("scenarios", () => {
  for (const allowOnHeadersStopIteration of [false, true]) {
    const trace = !allowOnHeadersStopIteration;
    const playable = scenarios.filter(({ debugLevel = false }) => !(debugLevel && trace));
    runScenarios(() => new NodeEngine({ allowOnHeadersStopIteration, trace }), playable, results, observations);
  }
});

describeWithEnvoy("scenarios", ({ path }) => {
  for (const variant of ENVOYS) {
    const playable = scenarios.filter(
      ({ oneWorker = false, debugLevel = false }) =>
        !(oneWorker && variant.concurrency > 1) && !(debugLevel && variant.trace === true),
    );
    runScenarios(() => new EnvoyEngine(path, variant), playable, results, observations);
  }
  compareEngines("Node host", "Envoy", scenarios, observations);
});

afterAll(() => console.log(results.table().join("\n")));
