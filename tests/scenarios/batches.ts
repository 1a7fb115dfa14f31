import { pluginsOf, type Scenario } from "./scenario.js";

/**
 * Divides scenarios into batches. Each batch is played by a gateway of its own.
 *
 * @param ids the scenarios with their ids
 * @param most the number of plugins that a gateway may have. Envoy watches a file for each plugin, several Envoys run
 * at once, and Linux allows 128 watchers per user by default.
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
