import { afterAll, describe } from "vitest";
import { describeWithEnvoy } from "../support/envoy.js";
import { EnvoyEngine } from "./envoy-engine.js";
import { loadScenarios } from "./load.js";
import { NodeEngine } from "./node-engine.js";
import { Results } from "./results.js";
import { runScenarios } from "./run.js";

// Every scenario is played on both engines. The expected responses are written by hand.
const scenarios = await loadScenarios();
const results = new Results();

// By default one variant is played here: the one that differs most from the variant of tests/differential.
// `ALL_ENVOYS=1 npm test` plays all four.
const ENVOYS =
  process.env["ALL_ENVOYS"] === undefined
    ? [{ concurrency: 2, allowOnHeadersStopIteration: true }]
    : [1, 2].flatMap((concurrency) =>
        [false, true].map((allowOnHeadersStopIteration) => ({ concurrency, allowOnHeadersStopIteration })),
      );

describe("scenarios", () => {
  for (const allowOnHeadersStopIteration of [false, true]) {
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
