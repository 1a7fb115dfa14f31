import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";
import { pluginsOf, type Scenario } from "./scenario.js";

/** The compiled plugins of scenarios. If a plugin does not compile, only its scenarios fail. */
export class PluginWasm {
  private readonly results = new Map<string, { wasm: string } | { error: string }>();

  async build(scenarios: readonly Scenario[]): Promise<void> {
    const names = new Set(scenarios.flatMap((scenario) => pluginsOf(scenario).map(({ plugin }) => plugin)));
    const build = async (name: string) => {
      try {
        this.results.set(name, { wasm: name.endsWith(".wasm") ? name : await buildPlugin(locate(name)) });
      } catch (error) {
        this.results.set(name, { error: error instanceof Error ? error.message : String(error) });
      }
    };
    await Promise.all([...names].map(build));
  }

  /** The compiler's error for a plugin of the scenario; undefined if all plugins were built. */
  problem(scenario: Scenario): string | undefined {
    for (const { plugin } of pluginsOf(scenario)) {
      const result = this.results.get(plugin);
      if (result && "error" in result) return result.error;
    }
    return undefined;
  }

  path(plugin: string): string {
    const result = this.results.get(plugin);
    if (!result || "error" in result) throw new Error(`plugin "${plugin}" was not built`);
    return result.wasm;
  }
}

function locate(name: string): string {
  if (name.includes("/")) return name;
  const places = [`tests/plugins/${name}`, `tests/plugins/${name}.ts`, `examples/${name}`];
  const place = places.find((path) => existsSync(join(packageRoot(), path)));
  if (place === undefined) throw new Error(`no plugin "${name}": expected one of ${places.join(", ")}`);
  return place;
}
