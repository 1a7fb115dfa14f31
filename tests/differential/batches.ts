import { pluginsOf, type Scenario } from "../scenarios/scenario.js";

/**
 * How many plugins a gateway has: an Envoy watches a file for each, a system lets a user have 128 watchers by default, and
 * several Envoys run at once.
 */
const PLUGINS = 16;

/** Scenarios with their ids, divided by the gateways that play them. */
export function batches(ids: Iterable<readonly [Scenario, string]>): ReadonlyMap<Scenario, string>[] {
  const all: Map<Scenario, string>[] = [];
  let plugins = Infinity;
  for (const [scenario, id] of ids) {
    plugins += pluginsOf(scenario).length;
    if (plugins > PLUGINS) {
      all.push(new Map());
      plugins = pluginsOf(scenario).length;
    }
    all.at(-1)!.set(scenario, id);
  }
  return all;
}
