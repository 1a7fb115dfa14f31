import type { Scenario } from "./scenario.js";

/** An action of the probe plugin with its arguments, such as `["request.get", "x-a"]`; see tests/plugins/steps.ts. */
export type ProbeStep = readonly [verb: string, ...words: unknown[]];

/** The actions of the probe plugin in each hook. `start` runs while the plugin is configured. */
export interface ProbeConfig {
  start?: ProbeStep[];
  request?: ProbeStep[];
  response?: ProbeStep[];
  done?: ProbeStep[];
}

/** Makes a scenario with the probe plugin. */
export function probe(name: string, config: ProbeConfig, rest: Omit<Scenario, "name" | "plugin" | "config">): Scenario {
  return { name, plugin: "probe", config, ...rest };
}

/** The log line that the probe plugin writes for an action with these results. */
export function did(step: ProbeStep, ...outcome: unknown[]): string {
  return `did ${JSON.stringify([...step, ...outcome])}`;
}
