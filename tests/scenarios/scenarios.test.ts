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

describe("scenarios", () => {
  runScenarios(() => new NodeEngine(), scenarios, results);
});

describeWithEnvoy("scenarios", ({ path }) => {
  runScenarios(() => new EnvoyEngine(path), scenarios, results);
});

afterAll(() => console.log(results.table().join("\n")));
