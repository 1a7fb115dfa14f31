import { PluginLoadError, type HostKind } from "../../host/index.js";
import type { Problem } from "../../manifest/check/problem.js";
import type { Resource } from "../../manifest/resource.js";
import { toIstio } from "../../manifest/to-istio.js";
import { isHigressPlugin } from "../../manifest/wasm-plugin.js";
import { isJsonObject, type JsonObject } from "../../spec/json.js";
import { checkConfigurations } from "./check-configurations.js";
import { PluginTrial } from "./plugin-trial.js";

/** A WasmPlugin with its problems so far. */
export interface CheckedPlugin {
  resource: Resource;
  problems: readonly Problem[];
}

/** The fields that configurations are made of. */
const CONFIGURATION = ["pluginConfig", "defaultConfig", "defaultConfigDisable", "matchRules"];

/**
 * Gives the configuration of a WasmPlugin, and each of its rules, to the plugin.
 *
 * @param module the path of the plugin's module
 * @returns what the plugin says; nothing when the configuration is already known to be wrong, or when the controller makes
 *   no plugin
 */
export function checkPlugin({ resource, problems }: CheckedPlugin, module: string): Problem[] {
  const isWrong = ({ severity, path }: Problem) =>
    severity === "error" && (path.length < 2 || CONFIGURATION.includes(String(path[1])));
  if (problems.some(isWrong)) return [];
  const isHigress = isHigressPlugin(resource);
  const converted = isHigress ? toIstio(resource) : resource;
  const spec = resource.object["spec"];
  if (converted === undefined || !isJsonObject(spec)) return [];
  const trial = start(isHigress ? "higress" : "envoy", spec, module);
  return "problem" in trial ? [trial.problem] : checkConfigurations(spec, configurationOf(converted), trial);
}

function start(host: HostKind, spec: JsonObject, module: string): PluginTrial | { problem: Problem } {
  try {
    return new PluginTrial(module, { host, rootId: textOf(spec["pluginName"]), environment: environmentOf(spec) });
  } catch (error) {
    if (!(error instanceof PluginLoadError)) throw error;
    return {
      problem: { severity: "error", path: ["spec", "url"], message: `the module does not load: ${error.message}` },
    };
  }
}

function configurationOf({ object: { spec } }: Resource): JsonObject | undefined {
  const configuration = isJsonObject(spec) ? spec["pluginConfig"] : undefined;
  return isJsonObject(configuration) ? configuration : undefined;
}

/** The variables of the plugin's VM. Those of the gateway's environment (HOST) are unknown here. */
function environmentOf({ vmConfig }: JsonObject): Record<string, string> {
  const env = isJsonObject(vmConfig) ? vmConfig["env"] : undefined;
  const variables = (Array.isArray(env) ? env : [])
    .filter(isJsonObject)
    .filter(({ valueFrom }) => valueFrom !== "HOST");
  return Object.fromEntries(variables.map(({ name, value }) => [textOf(name), textOf(value)]));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
