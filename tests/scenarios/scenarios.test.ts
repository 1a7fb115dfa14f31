import { afterAll, describe } from "vitest";
import { describeWithEnvoy } from "../support/envoy.js";
import { NIGHTLY } from "../support/nightly.js";
import { EnvoyEngine } from "./envoy-engine.js";
import { loadScenarios } from "./load.js";
import { NodeEngine } from "./node-engine.js";
import { Results } from "./results.js";
import { runScenarios } from "./run.js";

// Plays every scenario on both engines, with the expectations that are written by hand.
const scenarios = await loadScenarios();
const results = new Results();

// The variants that differ most from the defaults: tests/differential plays the scenarios with the defaults, on both
// engines and with the same expectations. The nightly run plays all variants.
const FLAGS = NIGHTLY ? [false, true] : [true];
const ENVOYS = (NIGHTLY ? [1, 2] : [2]).flatMap((concurrency) =>
  FLAGS.map((allowOnHeadersStopIteration) => ({ concurrency, allowOnHeadersStopIteration })),
);

describe("scenarios", () => {
  for (const allowOnHeadersStopIteration of FLAGS) {
    runScenarios(() => new NodeEngine({ allowOnHeadersStopIteration }), scenarios, results);
  }
});

describeWithEnvoy("scenarios", ({ path }) => {
  for (const variant of ENVOYS) {
    const playable = scenarios.filter(({ oneWorker = false }) => !oneWorker || variant.concurrency === 1);
    runScenarios(() => new EnvoyEngine(path, variant), playable, results);
  }
});

afterAll(() => console.log(results.table().join("\n")));
