import { describe } from "vitest";
import { loadScenarios } from "./load.js";
import { NodeEngine } from "./node-engine.js";
import { runScenarios } from "./run.js";

const scenarios = await loadScenarios();

describe("scenarios", () => {
  runScenarios(() => new NodeEngine(), scenarios);
});
