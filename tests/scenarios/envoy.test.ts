import { describeWithEnvoy } from "../support/envoy.js";
import { EnvoyEngine } from "./envoy-engine.js";
import { loadScenarios } from "./load.js";
import { runScenarios } from "./run.js";

const scenarios = await loadScenarios();

// On a developer's machine the two that differ in both; all four in CI.
const VARIANTS = [
  { concurrency: 1, allowOnHeadersStopIteration: false },
  { concurrency: 2, allowOnHeadersStopIteration: true },
  ...(process.env["CI"] === undefined
    ? []
    : [
        { concurrency: 1, allowOnHeadersStopIteration: true },
        { concurrency: 2, allowOnHeadersStopIteration: false },
      ]),
];

describeWithEnvoy("scenarios", ({ path }) => {
  for (const variant of VARIANTS) {
    const playable = scenarios.filter(({ oneWorker = false }) => !oneWorker || variant.concurrency === 1);
    runScenarios(() => new EnvoyEngine(path, variant), playable);
  }
});
