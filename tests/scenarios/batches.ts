import { pluginsOf, type Scenario } from "./scenario.js";

/**
 * Scenarios with their ids, divided by the gateways that play them.
 *
 * @param most how many plugins a gateway has: an Envoy watches a file for each plugin, Linux lets a user have 128 watchers
 * by default, and several Envoys run at once
 */
export function batches(ids: Iterable<readonly [Scenario, string]>, most: number): ReadonlyMap<Scenario, string>[] {
  const all: Map<Scenario, string>[] = [];
  let plugins = Infinity;
  for (const [scenario, id] of ids) {
    plugins += pluginsOf(scenario).length;
    if (plugins > most) {
      all.push(new Map());
      plugins = pluginsOf(scenario).length;
    }
    all.at(-1)!.set(scenario, id);
  }
  return all;
}
