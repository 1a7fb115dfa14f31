import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../sdk/envoy/index.js";
import type { Scenario } from "./scenario.js";

/**
 * All scenarios in tests/scenarios/data/: each file's default export is a list of them.
 *
 * @example
 * runScenarios(() => new EnvoyEngine(envoy.path), await loadScenarios());
 */
export async function loadScenarios(): Promise<Scenario[]> {
  const folder = join(packageRoot(), "tests", "scenarios", "data");
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .sort();
  const lists = await Promise.all(
    files.map(async (name) => {
      const { default: list } = (await import(pathToFileURL(join(folder, name)).href)) as { default: Scenario[] };
      return list.map((scenario) => ({ ...scenario, name: `${name.replace(/\.ts$/, "")}: ${scenario.name}` }));
    }),
  );
  return lists.flat();
}
