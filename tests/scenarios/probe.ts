import type { Scenario } from "./scenario.js";

/** One thing that the probe plugin does, such as `["request.get", "x-a"]`; see tests/plugins/probe. */
export type ProbeStep = readonly [verb: string, ...words: unknown[]];

/** What the probe plugin does in each hook; `start` while it is configured. */
export interface ProbeConfig {
  start?: ProbeStep[];
  request?: ProbeStep[];
  response?: ProbeStep[];
  done?: ProbeStep[];
}

/** A scenario of the probe plugin. */
export function probe(name: string, config: ProbeConfig, rest: Omit<Scenario, "name" | "plugin" | "config">): Scenario {
  return { name, plugin: "probe", config, ...rest };
}

/** The log line for a step that had this outcome. */
export function did(step: ProbeStep, ...outcome: unknown[]): string {
  return `did ${JSON.stringify([...step, ...outcome])}`;
}
