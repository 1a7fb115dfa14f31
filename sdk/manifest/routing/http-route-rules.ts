import type { RedirectSpec, RegexRewriteSpec } from "../../spec/gateway-spec.js";
import type { Resource } from "../resource.js";
import { byAge } from "./age.js";
import { withHostHeader } from "./header-changes.js";
import {
  headerModifiers,
  readHttpRoute,
  type HttpRoute,
  type BackendRef,
  type Filter,
  type FilterType,
  type HttpRouteMatch,
  type HttpRouteRule,
} from "./http-route.js";
import type { Destination, PathMatch, Rule, Warn } from "./model.js";
import { checkSubstitution } from "./regex.js";
import type { ReferenceGrants } from "./reference-grants.js";
import { routeName } from "./route-name.js";
import type { Services } from "./services.js";
import type { Field } from "./field.js";

const STATUSES = [301, 302, 303, 307, 308] as const;
/** The port of a gateway in Kubernetes, for redirects that keep the port. */
const GATEWAY_PORT = 80;
/** Higress makes no route at all for an HTTPRoute with another filter. */
const FILTERS_OF_HIGRESS: readonly FilterType[] = [
  ...(["RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect", "URLRewrite"] as const),
  ...(["RequestMirror", "CORS"] as const),
];
const FILTERS_OF_BACKENDS: readonly FilterType[] = ["RequestHeaderModifier", "ResponseHeaderModifier"];
/** The filters of Higress that the local gateway does not have, and what is different without them. */
const PASSED_OVER: Partial<Record<FilterType, string>> = {
  RequestMirror: "no backend gets a copy of the requests",
  CORS: "preflight requests go to the backend, and responses get no CORS headers",
};
/** Istio's name for the cluster of a backend that cannot be used. There is no such cluster. */
const NO_CLUSTER = "UnknownService";

/** The rules of HTTPRoutes by host, in the order of the HTTPRoutes' age, each with one match. */
export function httpRouteRules(
  resources: readonly Resource[],
  services: Services,
  grants: ReferenceGrants,
  warn: Warn,
): Map<string, Rule[]> {
  const hosts = new Map<string, Rule[]>();
  for (const resource of byAge(resources, ({ namespace, name }) => `${namespace}\0${name}`)) {
    const route = readHttpRoute(resource);
    if (route.parents.length === 0) {
      warn(resource, "spec.parentRefs is missing; Higress takes an HTTPRoute for a Gateway only");
    } else if (!route.parents.some(({ kind }) => kind === "Gateway")) {
      warn(resource, "the local gateway passes over an HTTPRoute without a parent of the kind Gateway");
      continue;
    }
    const filter = unsupportedFilter(route);
    if (filter) {
      warn(
        resource,
        `${filter.settings.path}: Higress passes over the HTTPRoute, since it has no filter ${filter.type}`,
      );
      continue;
    }
    const rules = route.rules.flatMap((rule) => convert(rule, resource, services, grants, warn));
    for (const host of route.hosts) {
      hosts.set(host, [...(hosts.get(host) ?? []), ...rules.map((rule) => ({ ...rule, host }))]);
    }
  }
  return hosts;
}

function unsupportedFilter({ rules }: HttpRoute): Filter | undefined {
  const of = (filters: readonly Filter[], known: readonly FilterType[]) =>
    filters.find(({ type }) => !known.includes(type));
  for (const { filters, backends } of rules) {
    const found = [
      of(filters, FILTERS_OF_HIGRESS),
      ...backends.map((one) => (one.weight > 0 ? of(one.filters, FILTERS_OF_BACKENDS) : undefined)),
    ].find((one) => one !== undefined);
    if (found) return found;
  }
  return undefined;
}

function convert(
  rule: HttpRouteRule,
  resource: Resource,
  services: Services,
  grants: ReferenceGrants,
  warn: Warn,
): Rule[] {
  const { filters, backends, timeoutMs } = rule;
  for (const { type, settings } of filters) {
    const without = PASSED_OVER[type];
    if (without !== undefined) warn(resource, `${settings.path}: the local gateway has no filter ${type}: ${without}`);
  }
  const { retry, sessionPersistence } = rule;
  if (retry.exists) warn(resource, `${retry.path}: the local gateway sends a request once and does not retry`);
  if (sessionPersistence.exists) warn(resource, `${sessionPersistence.path}: Higress passes over this field`);
  const redirect = filters.find(({ type }) => type === "RequestRedirect");
  const destinations = backends
    .filter(({ weight }) => weight > 0)
    .map((backend) => toDestination(backend, services, grants, warn));
  const isUsable = destinations.some((one) => one.cluster !== NO_CLUSTER);
  const isMixed = isUsable && destinations.some((one) => one.cluster === NO_CLUSTER);
  return rule.matches.map((match) => {
    const rewrite = rewriteOf(filters, match, rule);
    return {
      ...{ name: routeName(resource), host: "*", resource, paths: [match.path], ignoreCase: false, timeoutMs },
      ...conditions(match),
      destinations,
      // The Gateway API wants a 500 for the share of a backend that cannot be used, and for a rule without a usable one.
      ...(isMixed ? { clusterNotFoundStatus: 500 as const } : {}),
      ...(redirect ? { redirect: redirectOf(redirect, match.path) } : !isUsable ? { status: 500 } : {}),
      ...rewrite.path,
      ...withHostHeader(headerModifiers(filters), rewrite.host),
    };
  });
}

function conditions({ method, headers, queryParameters }: HttpRouteMatch) {
  return { ...(method ? { method } : {}), headers, queryParameters };
}

function toDestination(backend: BackendRef, services: Services, grants: ReferenceGrants, warn: Warn): Destination {
  const { field, group, kind, namespace, name, port, weight } = backend;
  const { resource } = field;
  const problem = (text: string) => {
    warn(resource, `${field.path}: requests for this backend get status 500, as in Higress: ${text}`);
    return { cluster: NO_CLUSTER, weight };
  };
  const changes = headerModifiers(backend.filters);
  // Higress's registries, such as "foo.dns".
  if (group === "networking.higress.io" && kind === "Service") {
    return { cluster: services.useHost(name, port ?? GATEWAY_PORT, "", resource.position), weight, ...changes };
  }
  if (group !== "" || kind !== "Service") return problem(`${group === "" ? "" : `${group}/`}${kind} is not supported`);
  if (port === undefined) throw field.at("port").expected("the number of a port of the Service");
  if (name.includes("."))
    throw field.at("name").error(`expected the name of a Service, not a host name, got "${name}"`);
  if (namespace !== resource.namespace && !grants.allow(resource, namespace, name)) {
    return problem(`the namespace "${namespace}" has no ReferenceGrant for HTTPRoutes of "${resource.namespace}"`);
  }
  const missing = services.missingPort(namespace, name, port);
  if (missing !== undefined) return problem(missing);
  return { cluster: services.use(namespace, name, port, resource.position), weight, ...changes };
}

interface Rewrite {
  path: { prefixRewrite?: string; regexRewrite?: RegexRewriteSpec };
  host?: string;
}

function rewriteOf(filters: readonly Filter[], { path }: HttpRouteMatch, rule: HttpRouteRule): Rewrite {
  const settings = filters.find(({ type }) => type === "URLRewrite")?.settings;
  if (!settings) return { path: {} };
  settings.object(["hostname", "path"]);
  const host = settings.at("hostname").optionalText();
  return { path: pathRewrite(settings.at("path"), path, rule), ...(host === undefined ? {} : { host }) };
}

function pathRewrite(field: Field, path: PathMatch, rule: HttpRouteRule): Rewrite["path"] {
  if (!field.exists) return {};
  const modifier = readModifier(field);
  if (modifier.full !== undefined) {
    return { regexRewrite: checked({ pattern: "/.*", substitution: modifier.full }, field) };
  }
  requirePrefix(path, rule.field);
  const prefix = modifier.prefix!.replace(/\/$/, "");
  if (prefix !== "") return { prefixRewrite: prefix };
  // Removes the prefix, but not the slash after the prefix.
  const matched = path.kind === "pathSeparatedPrefix" ? path.value.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&") : "";
  return { regexRewrite: { pattern: `^${matched}(/?)(.*)`, substitution: "/\\2" } };
}

function checked(rewrite: RegexRewriteSpec, field: Field): RegexRewriteSpec {
  checkSubstitution(rewrite.pattern, rewrite.substitution, field.at("replaceFullPath"));
  return rewrite;
}

/** Reads a change of a path: the whole path, or the matched prefix. */
function readModifier(field: Field): { full?: string; prefix?: string } {
  field.object(["type", "replaceFullPath", "replacePrefixMatch"]);
  const type = field.at("type").oneOf(["ReplaceFullPath", "ReplacePrefixMatch"]);
  if (type === "ReplaceFullPath") return { full: field.at("replaceFullPath").text() };
  return { prefix: field.at("replacePrefixMatch").text() };
}

function requirePrefix(path: PathMatch, rule: Field): void {
  if (path.kind === "prefix" || path.kind === "pathSeparatedPrefix") return;
  throw rule.error("expected a match of the type PathPrefix for a filter with ReplacePrefixMatch");
}

function redirectOf({ settings }: Filter, path: PathMatch): RedirectSpec {
  settings.object(["scheme", "hostname", "path", "port", "statusCode"]);
  const scheme = settings.at("scheme").exists ? settings.at("scheme").oneOf(["http", "https"]) : undefined;
  const host = settings.at("hostname").optionalText();
  const code = settings.at("statusCode").exists ? settings.at("statusCode").integer(301, 308) : 302;
  const status = STATUSES.find((one) => one === code);
  if (status === undefined) throw settings.at("statusCode").error(`expected ${STATUSES.join(", ")}, got ${code}`);
  const port = settings.at("port").exists ? settings.at("port").integer(1, 65535) : undefined;
  const isDefault = port === undefined || port === (scheme === "https" ? 443 : 80);
  return {
    status,
    ...(scheme === undefined ? {} : { scheme }),
    ...(host === undefined ? {} : { host }),
    ...(isDefault ? {} : { port }),
    ...redirectPath(settings, path),
  };
}

function redirectPath(settings: Field, path: PathMatch): Pick<RedirectSpec, "path" | "prefixRewrite"> {
  const field = settings.at("path");
  if (!field.exists) return {};
  const { full, prefix } = readModifier(field);
  if (full !== undefined) return { path: full };
  requirePrefix(path, settings);
  return { prefixRewrite: prefix! };
}

/** Orders the rules of a host by the precedence of the Gateway API, as Istio does. Equals keep their order. */
export function inPrecedence(rules: readonly Rule[]): Rule[] {
  return [...rules].sort(
    (a, b) =>
      Number(isCatchAll(a)) - Number(isCatchAll(b)) ||
      rank(b) - rank(a) ||
      b.paths[0]!.value.length - a.paths[0]!.value.length ||
      Number(b.method !== undefined) - Number(a.method !== undefined) ||
      b.headers.length - a.headers.length ||
      b.queryParameters.length - a.queryParameters.length,
  );
}

function isCatchAll({ paths, method, headers, queryParameters }: Rule): boolean {
  return (
    paths[0]!.value === "/" && paths[0]!.kind === "prefix" && !method && headers.length + queryParameters.length === 0
  );
}

function rank({ paths }: Rule): number {
  const { kind } = paths[0]!;
  return kind === "path" ? 3 : kind === "regex" ? 1 : 2;
}
