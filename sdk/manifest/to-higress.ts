import { isJsonObject } from "../spec/json.js";
import type { JsonObject, JsonValue } from "../spec/json.js";
import { ManifestError, whereOf } from "./manifest-error.js";
import { positionOf } from "./origin.js";
import { ProtoReader } from "./proto-reader.js";
import type { Resource } from "./resource.js";
import { readTraffic } from "./traffic.js";
import type { Traffic } from "./traffic.js";
import { FAIL_STRATEGIES, HIGRESS_API_VERSION, pluginResource, readCommon, writeCommon } from "./wasm-plugin.js";

/** A converted resource, and what the conversion leaves out. */
export interface Converted {
  resource: Resource;
  warnings: string[];
}

/** The fields of a match rule, and what they are called in `_rules_`. */
const MATCHES = { ingress: "_match_route_", service: "_match_service_", domain: "_match_domain_" };

/**
 * Converts a WasmPlugin of Istio to one of Higress: `_rules_` become `matchRules`, the rest of `pluginConfig` becomes
 * `defaultConfig`. Rules that `matchRules` cannot express, such as those with `_match_route_prefix_` alone, stay in
 * `pluginConfig`, which Higress passes on as it is. `toIstio` makes the same `pluginConfig` of the result.
 *
 * @throws ManifestError for what Higress cannot do: TCP plugins, plugins for some ports, FAIL_RELOAD
 */
export function toHigress(resource: Resource): Converted {
  const spec = ProtoReader.ofSpec(resource);
  const common = readCommon(spec, FAIL_STRATEGIES);
  const reject = (field: string, reason: string): never => {
    throw new ManifestError(positionOf(resource, ["spec", field]), `spec.${field}: ${reason}`);
  };
  const traffic = readTraffic(spec);
  if (traffic.type === "network") reject("type", "Higress has no plugins for TCP");
  if (FAIL_STRATEGIES[common.failStrategy] === "FAIL_RELOAD")
    reject("failStrategy", "Higress does not know FAIL_RELOAD");
  const { match } = traffic;
  if (match === "never") reject("match", "Higress cannot restrict a plugin to servers");
  if (match !== "always") reject("match", "Higress cannot restrict a plugin to some ports");
  const rules = common.pluginConfig && splitRules(common.pluginConfig);
  const warnings = droppedFields(resource, traffic);
  if (common.pluginConfig && !rules) {
    const where = whereOf(positionOf(resource, ["spec", "pluginConfig"]));
    warnings.push(`${where}: spec.pluginConfig stays as it is, since matchRules cannot express its _rules_`);
  }
  const config: JsonObject = rules ?? (common.pluginConfig ? { pluginConfig: common.pluginConfig } : {});
  return { resource: pluginResource(resource, HIGRESS_API_VERSION, writeCommon(common, config)), warnings };
}

function droppedFields(resource: Resource, { selector, targets }: Traffic): string[] {
  const dropped = (field: string) =>
    `${whereOf(positionOf(resource, ["spec", field]))}: spec.${field} is left out; the plugin will run on Higress's gateway`;
  const isHigress = selector?.["higress"] === "higress-system-higress-gateway";
  return [
    ...(selector && !isHigress ? [dropped("selector")] : []),
    ...(targets.length > 0 ? [dropped("targetRefs")] : []),
  ];
}

/** Undefined if `matchRules` cannot express the rules. */
function splitRules(pluginConfig: JsonObject): JsonObject | undefined {
  const { _rules_: rules, ...others } = pluginConfig;
  if (rules === undefined) return { defaultConfig: pluginConfig };
  if (!Array.isArray(rules) || rules.length === 0) return undefined;
  const matchRules = rules.map(splitRule);
  if (!matchRules.every((rule) => rule !== undefined)) return undefined;
  return { ...(Object.keys(others).length > 0 ? { defaultConfig: others } : {}), matchRules };
}

function splitRule(rule: JsonValue): JsonObject | undefined {
  if (!isJsonObject(rule)) return undefined;
  const config = { ...rule };
  const matchRule: JsonObject = {};
  for (const [field, name] of Object.entries(MATCHES)) {
    const names = config[name];
    if (!Array.isArray(names) || names.length === 0 || !names.every((one) => typeof one === "string")) continue;
    matchRule[field] = names;
    delete config[name];
  }
  if (Object.keys(matchRule).length === 0) return undefined;
  return Object.keys(config).length > 0 ? { ...matchRule, config } : matchRule;
}
