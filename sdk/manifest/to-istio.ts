import type { JsonObject } from "../spec/json.js";
import { ProtoReader } from "./proto-reader.js";
import type { Resource } from "./resource.js";
import { ISTIO_API_VERSION, pluginResource, readCommon, writeCommon } from "./wasm-plugin.js";

/** The label of Higress's gateway, by which the controller selects it for every plugin. */
const GATEWAY_LABELS = { higress: "higress-system-higress-gateway" };
/** Higress does not know FAIL_RELOAD. */
const HIGRESS_FAIL_STRATEGIES = ["FAIL_CLOSE", "FAIL_OPEN"];
const ROUTE_TYPES = ["HTTP", "GRPC"];

/**
 * Converts a WasmPlugin of Higress to the WasmPlugin of Istio that Higress's controller makes of it. `pluginConfig` wins
 * over `defaultConfig` and `matchRules`; the rules become `_rules_` with `_match_route_`, `_match_service_` and
 * `_match_domain_`. The facts are those of github.com/alibaba/higress at 2026-04, pkg/ingress/config/ingress_config.go.
 *
 * @returns undefined where the controller makes nothing: the default is disabled, and no rule is left
 * @throws ManifestError where the controller rejects the resource: a rule without ingress, domain and service, or a field
 *   of a wrong type
 */
export function toIstio(resource: Resource): Resource | undefined {
  const spec = ProtoReader.ofSpec(resource);
  const common = readCommon(spec, HIGRESS_FAIL_STRATEGIES);
  // A wrong type in a rule rejects the resource even if `pluginConfig` wins.
  const rules = readRules(spec);
  const config = common.pluginConfig ? { pluginConfig: common.pluginConfig } : convertRules(rules);
  if (!config) return undefined;
  const labels = { selector: { matchLabels: { ...GATEWAY_LABELS } } };
  return pluginResource(resource, ISTIO_API_VERSION, { ...labels, ...writeCommon(common, config) });
}

interface Rules {
  defaultConfig: JsonObject | undefined;
  defaultConfigDisable: boolean;
  matchRules: MatchRule[];
}

interface MatchRule {
  ingress: string[];
  service: string[];
  domain: string[];
  config: JsonObject;
  configDisable: boolean;
  routeType: number;
  reader: ProtoReader;
}

function readRules(spec: ProtoReader): Rules {
  return {
    defaultConfig: spec.struct("defaultConfig"),
    matchRules: spec.messages("matchRules").map((rule) => ({
      ingress: rule.texts("ingress"),
      domain: rule.texts("domain"),
      config: rule.struct("config") ?? {},
      configDisable: rule.bool("configDisable") ?? false,
      service: rule.texts("service"),
      routeType: rule.enumNumber("routeType", ROUTE_TYPES),
      reader: rule,
    })),
    defaultConfigDisable: spec.bool("defaultConfigDisable") ?? false,
  };
}

/** Undefined where the controller makes nothing, `{}` for no configuration. */
function convertRules({
  defaultConfig,
  defaultConfigDisable,
  matchRules,
}: Rules): { pluginConfig?: JsonObject } | undefined {
  const rules = matchRules.filter(({ configDisable }) => !configDisable).map(convertRule);
  if (defaultConfigDisable && rules.length === 0) return undefined;
  const config = defaultConfigDisable ? undefined : defaultConfig;
  if (rules.length > 0) return { pluginConfig: { ...config, _rules_: rules } };
  if (config) return { pluginConfig: config };
  return matchRules.length > 0 ? { pluginConfig: {} } : {};
}

function convertRule({ ingress, service, domain, config, routeType, reader }: MatchRule): JsonObject {
  // The controller loses the names of routes that are not HTTP: each becomes the name of the type.
  const routes = routeType === 0 ? ingress : ingress.map(() => ROUTE_TYPES[routeType] ?? String(routeType));
  const matches = Object.entries({ _match_route_: routes, _match_service_: service, _match_domain_: domain });
  const used = matches.filter(([, names]) => names.length > 0);
  if (used.length === 0)
    throw reader.error("the rule has neither ingress nor service nor domain; Higress rejects the plugin");
  return { ...config, ...Object.fromEntries(used) };
}
