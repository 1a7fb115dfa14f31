import { afterAll, describe } from "vitest";
import { describeWithEnvoy } from "../support/envoy.js";
import { EnvoyEngine } from "./envoy-engine.js";
import { loadScenarios } from "./load.js";
import { NodeEngine } from "./node-engine.js";
import { Results } from "./results.js";
import { runScenarios } from "./run.js";

// Every scenario on both engines: the same answers, written by hand.
const scenarios = await loadScenarios();
const results = new Results();

// The two differ in both; `ALL_ENVOYS=1 npm test` plays the other two as well.
const ENVOYS = [
  { concurrency: 1, allowOnHeadersStopIteration: false },
  { concurrency: 2, allowOnHeadersStopIteration: true },
  ...(process.env["ALL_ENVOYS"] === undefined
    ? []
    : [
        { concurrency: 1, allowOnHeadersStopIteration: true },
        { concurrency: 2, allowOnHeadersStopIteration: false },
      ]),
];

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
