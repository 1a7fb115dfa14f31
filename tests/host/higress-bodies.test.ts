import bodyGuards from "../scenarios/data/body-guards.js";
import { NodeEngine } from "../scenarios/node-engine.js";
import { runScenarios } from "../scenarios/run.js";
import type { ScenarioPlugin } from "../scenarios/scenario.js";

// Higress can hold headers without the VM's environment variable, so these scenarios must pass without it.
const held = bodyGuards
  .filter(({ plugins = [] }) => plugins.length > 0 && plugins.every((one) => one.allowOnHeadersStopIteration))
  .map((scenario) => ({
    ...scenario,
    plugins: scenario.plugins!.map(({ plugin, pluginName, config }): ScenarioPlugin => ({
      ...{ plugin: plugin!, pluginName: pluginName! },
      ...(config === undefined ? {} : { config }),
    })),
  }));

runScenarios(() => new NodeEngine({ host: "higress" }), held);
