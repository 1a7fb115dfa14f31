import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../sdk/envoy/index.js";
import { pluginsOf, type Scenario } from "./scenario.js";

/**
 * Loads the scenarios of a folder. Each file's default export is a list. Without a folder, loads the scenarios of
 * tests/scenarios/data and of every example's scenarios.ts. The name of a scenario begins with its file's or example's
 * name. Scenarios with the same plugins follow each other: most of Envoy's time goes into compiling modules, and an
 * Envoy compiles a module once as long as one of the module's VMs lives.
 *
 * @example
 * runScenarios(() => new EnvoyEngine(envoy.path), await loadScenarios());
 */
export async function loadScenarios(folder?: string): Promise<Scenario[]> {
  const data = join(packageRoot(), folder ?? join("tests", "scenarios", "data"));
  const examples = join(packageRoot(), "examples");
  const files = [
    ...readdirSync(data).map((name) => ({ topic: name.replace(/\.ts$/, ""), path: join(data, name) })),
    ...(folder === undefined ? readdirSync(examples) : []).map((name) => ({
      ...{ topic: name, path: join(examples, name, "scenarios.ts") },
    })),
  ].filter(({ path }) => existsSync(path));
  const lists = await Promise.all(
    files.map(async ({ topic, path }) => {
      const { default: list } = (await import(pathToFileURL(path).href)) as { default: Scenario[] };
      return list.map((scenario) => ({ ...scenario, name: `${topic}: ${scenario.name}` }));
    }),
  );
  return lists.flat().sort((one, other) => compareTexts(pluginNames(one), pluginNames(other)));
}

function pluginNames(scenario: Scenario): string {
  return pluginsOf(scenario)
    .map(({ plugin }) => plugin)
    .join();
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
