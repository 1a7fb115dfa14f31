import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../sdk/envoy/index.js";
import type { Scenario } from "./scenario.js";

/**
 * Loads the scenarios of a folder. Each file's default export is a list. Without a folder, loads the scenarios of
 * tests/scenarios/data and of every example's scenarios.ts. The name of a scenario begins with its file's or example's
 * name.
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
  return lists.flat();
}
