import { isJsonObject, type JsonObject, type JsonValue } from "../../spec/json.js";
import { checkNumbers } from "./common-rules.js";
import { valueText, type Path, type Problems } from "./problem.js";
import { checkUrl } from "./url.js";

/** The lists of a rule, and the keys that the controller makes of them. */
export const CONDITIONS = { ingress: "_match_route_", service: "_match_service_", domain: "_match_domain_" } as const;

/** Checks what Higress's CRD accepts and what its controller then rejects, drops or overwrites. */
export function checkHigressRules(spec: JsonObject, problems: Problems): void {
  const { url, pluginConfig, defaultConfig } = spec;
  if (url === undefined) problems.error(["spec", "url"], "the field is missing; without it the gateway has no module");
  else if (url === "") problems.error(["spec", "url"], "expected the address of the image or the module");
  else if (typeof url === "string") checkUrl(url, ["spec", "url"], problems);
  checkEnvironment(spec, problems);
  checkNumbers(pluginConfig, ["spec", "pluginConfig"], problems);
  if (isJsonObject(pluginConfig)) return checkIgnored(spec, problems);
  checkNumbers(defaultConfig, ["spec", "defaultConfig"], problems);
  const rules = Array.isArray(spec["matchRules"]) ? spec["matchRules"] : [];
  for (const [index, rule] of rules.entries()) {
    if (isJsonObject(rule)) checkRule(rule, ["spec", "matchRules", index], problems);
  }
  const isActive = rules.some((rule) => !isJsonObject(rule) || rule["configDisable"] !== true);
  if (isActive && isJsonObject(defaultConfig) && Object.hasOwn(defaultConfig, "_rules_")) {
    problems.warn(
      ["spec", "defaultConfig", "_rules_"],
      "the controller overwrites _rules_ with the rules of matchRules",
    );
  }
  if (!isActive && spec["defaultConfigDisable"] === true) {
    const why = "defaultConfigDisable is true and no rule is enabled";
    problems.warn(["spec", "defaultConfigDisable"], `the gateway does not get the plugin: ${why}`);
  }
}

/** `pluginConfig` wins, even `{}`. */
function checkIgnored(spec: JsonObject, problems: Problems): void {
  for (const name of ["defaultConfig", "defaultConfigDisable", "matchRules"]) {
    if (Object.hasOwn(spec, name))
      problems.warn(["spec", name], "the controller ignores the field next to pluginConfig");
  }
}

function checkRule(rule: JsonObject, path: Path, problems: Problems): void {
  const { config, configDisable, routeType } = rule;
  if (configDisable === true) return;
  checkNumbers(config, [...path, "config"], problems);
  const given = Object.entries(CONDITIONS).filter(([name]) => !isEmpty(rule[name]));
  if (given.length === 0) {
    const effect = "the controller rejects the whole resource otherwise";
    problems.error(path, `expected a domain, ingress or service; ${effect}`);
  }
  for (const [name, key] of given) {
    if (!isJsonObject(config) || !Object.hasOwn(config, key)) continue;
    problems.warn([...path, "config", key], `the controller overwrites ${key} with the rule's ${name}`);
  }
  if (routeType === "GRPC" && !isEmpty(rule["ingress"])) {
    const defect = 'the controller replaces each name in ingress by "GRPC", which matches no route';
    problems.warn([...path, "routeType"], `${defect}; use domain or service`);
  }
}

function isEmpty(list: JsonValue | undefined): boolean {
  return list === undefined || list === null || (Array.isArray(list) && list.length === 0);
}

/** The rules that Istio's CRD has for variables. Envoy rejects the whole filter when two variables have one name. */
function checkEnvironment({ vmConfig }: JsonObject, problems: Problems): void {
  const env = isJsonObject(vmConfig) ? vmConfig["env"] : undefined;
  if (!Array.isArray(env)) return;
  const seen = new Set<JsonValue>();
  for (const [index, variable] of env.entries()) {
    if (!isJsonObject(variable)) continue;
    const { name, value, valueFrom } = variable;
    const path = ["spec", "vmConfig", "env", index];
    if (name === undefined || name === "") problems.error([...path, "name"], "expected the name of the variable");
    else if (seen.has(name)) problems.error([...path, "name"], `expected another name, got ${valueText(name)} again`);
    seen.add(name ?? "");
    if (valueFrom === "HOST" && value !== undefined) {
      problems.warn([...path, "value"], "the value is ignored: with valueFrom: HOST it comes from the gateway");
    }
  }
}
