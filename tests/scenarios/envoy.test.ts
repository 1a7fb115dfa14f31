import { describeWithEnvoy } from "../support/envoy.js";
import { EnvoyEngine } from "./envoy-engine.js";
import { loadScenarios } from "./load.js";
import { runScenarios } from "./run.js";

const scenarios = await loadScenarios();

describeWithEnvoy("scenarios", ({ path }) => {
  runScenarios(() => new EnvoyEngine(path), scenarios);
  runScenarios(() => new EnvoyEngine(path, { concurrency: 2, allowOnHeadersStopIteration: true }), scenarios);
});
