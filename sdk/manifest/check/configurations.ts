import { isJsonObject, type JsonObject, type JsonValue } from "../../spec/json.js";
import type { Path } from "./problem.js";

/** The configuration that a plugin gets, and its parts, each with its place in the resource. */
export interface Configurations {
  /** What the plugin gets; undefined for no configuration. */
  whole: JsonObject | undefined;
  wholePath: Path;
  /** The configuration without rules; undefined when there are only rules. */
  global?: Part;
  rules: Part[];
}

/** A part of a configuration, as a configuration of its own. A rule has the global configuration beside it. */
export interface Part {
  path: Path;
  configuration: JsonObject;
  /** The part alone, in which fields are found. */
  own: JsonObject;
}

/**
 * Takes the configuration of a WasmPlugin apart.
 *
 * @param spec the WasmPlugin as written, of Higress or Istio
 * @param whole the configuration as Istio's WasmPlugin has it, after the conversion
 */
export function configurationsOf(spec: JsonObject, whole: JsonObject | undefined): Configurations {
  const isConverted = !isJsonObject(spec["pluginConfig"]) && whole !== undefined;
  const wholePath = isConverted ? ["spec"] : ["spec", "pluginConfig"];
  if (whole === undefined) return { whole, wholePath: ["spec"], rules: [] };
  const globalPath = isConverted ? ["spec", "defaultConfig"] : wholePath;
  const { _rules_: list, ...rest } = whole;
  const hasGlobal = list === undefined || Object.keys(rest).length > 0;
  const paths = isConverted ? pathsOfMatchRules(spec["matchRules"]) : [];
  const rules = (Array.isArray(list) ? list : []).map((rule, index) => ({
    path: paths[index] ?? [...globalPath, "_rules_", index],
    configuration: { ...rest, _rules_: [rule] },
    own: isJsonObject(rule) ? rule : {},
  }));
  return {
    whole,
    wholePath,
    rules,
    ...(hasGlobal ? { global: { path: globalPath, configuration: rest, own: rest } } : {}),
  };
}

/** The controller leaves disabled rules out. */
function pathsOfMatchRules(rules: JsonValue | undefined): Path[] {
  const paths = (Array.isArray(rules) ? rules : []).map((rule, index) => ({
    rule,
    path: ["spec", "matchRules", index, "config"],
  }));
  return paths.filter(({ rule }) => isJsonObject(rule) && rule["configDisable"] !== true).map(({ path }) => path);
}
