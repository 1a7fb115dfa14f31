import type { FieldMatchSpec, HeaderChangesSpec, HeaderChangeSpec } from "../../spec/gateway-spec.js";
import type { Resource } from "../resource.js";
import { Field } from "./field.js";
import { checkHost } from "./host-name.js";
import type { Conditions, PathMatch } from "./model.js";
import { checkedRegex } from "./regex.js";
import { valueMatch } from "./value-match.js";

/** An HTTPRoute as Kubernetes accepts it. */
export interface HttpRoute {
  /** "*" for any host. */
  hosts: string[];
  parents: { kind: string }[];
  rules: HttpRouteRule[];
}

export interface HttpRouteRule {
  matches: HttpRouteMatch[];
  filters: Filter[];
  backends: BackendRef[];
  timeoutMs: number;
  retry: Field;
  sessionPersistence: Field;
  field: Field;
}

export interface HttpRouteMatch extends Conditions {
  path: PathMatch;
}

/** A filter of a rule or backend. */
export interface Filter {
  type: FilterType;
  /** The filter's own settings. */
  settings: Field;
}

export interface BackendRef {
  field: Field;
  group: string;
  kind: string;
  namespace: string;
  name: string;
  port?: number;
  weight: number;
  filters: Filter[];
}

export type FilterType = keyof typeof FILTERS;

/** The field with the settings of each type of filter. */
const FILTERS = {
  RequestHeaderModifier: "requestHeaderModifier",
  ResponseHeaderModifier: "responseHeaderModifier",
  RequestRedirect: "requestRedirect",
  URLRewrite: "urlRewrite",
  RequestMirror: "requestMirror",
  CORS: "cors",
  ExternalAuth: "externalAuth",
  ExtensionRef: "extensionRef",
} as const;
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"] as const;
const PATH_TYPES = ["Exact", "PathPrefix", "RegularExpression"] as const;
const VALUE_TYPES = ["Exact", "RegularExpression"] as const;
const BAD_PARTS = [/\/\//, /\/\.\.?\//, /\/\.\.?$/, /%2f/i, /[#?]/];
const MOST_WEIGHT = 1_000_000;
const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Reads an HTTPRoute. Throws a ManifestError where the API server of Kubernetes rejects the HTTPRoute. */
export function readHttpRoute(resource: Resource): HttpRoute {
  const spec = Field.of(resource).at("spec");
  spec.object(["parentRefs", "hostnames", "rules", "useDefaultGateways"]);
  const hosts = spec
    .at("hostnames")
    .list()
    .map((field) => {
      checkHost(field, field.text());
      return field.text();
    });
  const parents = spec
    .at("parentRefs")
    .list()
    .map((field) => {
      field.object(["group", "kind", "namespace", "name", "sectionName", "port"]);
      field.at("name").text();
      return { kind: field.at("kind").optionalText() ?? "Gateway" };
    });
  const rules = spec.at("rules");
  return {
    hosts: hosts.length > 0 ? hosts : ["*"],
    parents,
    rules: rules.exists ? rules.list().map(readRule) : [emptyRule(spec)],
  };
}

const ANY_MATCH: HttpRouteMatch = { path: { kind: "prefix", value: "/" }, headers: [], queryParameters: [] };

/** The rule of an HTTPRoute without rules. */
function emptyRule(spec: Field): HttpRouteRule {
  const [retry, sessionPersistence] = [spec.at("retry"), spec.at("sessionPersistence")];
  return {
    ...{ matches: [ANY_MATCH], filters: [], backends: [], timeoutMs: 0 },
    ...{ retry, sessionPersistence, field: spec },
  };
}

function readRule(field: Field): HttpRouteRule {
  field.object(["name", "matches", "filters", "backendRefs", "timeouts", "retry", "sessionPersistence"]);
  const matches = field.at("matches").list().map(readMatch);
  const timeouts = field.at("timeouts");
  if (timeouts.exists) timeouts.object(["request", "backendRequest"]);
  // Istio takes the limit of a backend's response, without retries, for the limit of the whole response.
  const timeoutMs = duration(timeouts.at("backendRequest")) || duration(timeouts.at("request"));
  const filters = field.at("filters").list().map(readFilter);
  const backends = field.at("backendRefs").list().map(readBackend);
  if (filters.some(({ type }) => type === "RequestRedirect") && backends.length > 0) {
    throw field.error("expected no backendRefs beside the filter RequestRedirect");
  }
  const [retry, sessionPersistence] = [field.at("retry"), field.at("sessionPersistence")];
  return {
    ...{ matches: matches.length > 0 ? matches : [ANY_MATCH], filters, backends, timeoutMs },
    ...{ retry, sessionPersistence, field },
  };
}

function readMatch(field: Field): HttpRouteMatch {
  field.object(["path", "headers", "queryParams", "method"]);
  const method = field.at("method");
  return {
    path: readPath(field.at("path")),
    headers: field.at("headers").list().flatMap(readValueMatch).filter(isFirst),
    queryParameters: field.at("queryParams").list().flatMap(readValueMatch).filter(isFirst),
    ...(method.exists ? { method: { name: ":method", exact: method.oneOf(METHODS) } } : {}),
  };
}

function readPath(field: Field): PathMatch {
  if (!field.exists) return ANY_MATCH.path;
  field.object(["type", "value"]);
  const type = field.at("type").exists ? field.at("type").oneOf(PATH_TYPES) : "PathPrefix";
  const value = field.at("value").exists ? field.at("value").text() : "/";
  if (type === "RegularExpression") {
    return { kind: "regex", value: checkedRegex(value, field.at("value")) };
  }
  const got = JSON.stringify(value);
  if (!value.startsWith("/")) throw field.at("value").error(`expected a path that begins with "/", got ${got}`);
  const bad = BAD_PARTS.map((part) => part.exec(value)?.[0]).find((one) => one !== undefined);
  if (bad !== undefined) throw field.at("value").error(`expected a path without ${JSON.stringify(bad)}, got ${got}`);
  if (type === "Exact") return { kind: "path", value };
  const trimmed = value.replace(/\/$/, "");
  return trimmed === "" ? ANY_MATCH.path : { kind: "pathSeparatedPrefix", value: trimmed };
}

function readValueMatch(field: Field): FieldMatchSpec {
  field.object(["type", "name", "value"]);
  const type = field.at("type").exists ? field.at("type").oneOf(VALUE_TYPES) : "Exact";
  const name = field.at("name").text();
  if (name === "") throw field.at("name").error("expected a name");
  const value = field.at("value").text();
  if (type === "RegularExpression") checkedRegex(value, field.at("value"));
  return { name, ...valueMatch(type === "Exact" ? "exact" : "regex", value) };
}

/** Of several matches for one name, only the first counts. */
function isFirst({ name }: FieldMatchSpec, index: number, all: readonly FieldMatchSpec[]): boolean {
  return all.findIndex((one) => one.name === name) === index;
}

function readFilter(field: Field): Filter {
  field.object(["type", ...Object.values(FILTERS)]);
  const type = field.at("type").oneOf(Object.keys(FILTERS) as FilterType[]);
  const settings = field.at(FILTERS[type]);
  if (!settings.exists) throw settings.error(`expected the settings of the filter ${type}`);
  const other = Object.values(FILTERS).find((name) => name !== FILTERS[type] && field.at(name).exists);
  if (other !== undefined) throw field.at(other).error(`expected ${FILTERS[type]} for the type ${type}`);
  return { type, settings };
}

function readBackend(field: Field): BackendRef {
  field.object(["group", "kind", "namespace", "name", "port", "weight", "filters"]);
  const [port, weight] = [field.at("port"), field.at("weight")];
  return {
    field,
    group: field.at("group").optionalText() ?? "",
    kind: field.at("kind").optionalText() ?? "Service",
    namespace: field.at("namespace").optionalText() ?? field.resource.namespace,
    name: field.at("name").text(),
    ...(port.exists ? { port: port.integer(1, 65535) } : {}),
    weight: weight.exists ? weight.integer(0, MOST_WEIGHT) : 1,
    filters: field.at("filters").list().map(readFilter),
  };
}

function duration(field: Field): number {
  if (!field.exists) return 0;
  const text = field.text();
  if (!/^(\d{1,5}(h|m|s|ms)){1,4}$/.test(text)) {
    throw field.error(`expected a duration such as "10s" or "500ms", got ${JSON.stringify(text)}`);
  }
  return [...text.matchAll(/(\d+)(ms|h|m|s)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!,
    0,
  );
}

/** Reads the filters that change headers. */
export function headerModifiers(filters: readonly Filter[]): HeaderChangesSpec {
  const changes: { requestHeaders?: HeaderChangeSpec; responseHeaders?: HeaderChangeSpec } = {};
  for (const { type, settings } of filters) {
    if (type === "RequestHeaderModifier") changes.requestHeaders = readModifier(settings);
    if (type === "ResponseHeaderModifier") changes.responseHeaders = readModifier(settings);
  }
  return changes;
}

function readModifier(field: Field): HeaderChangeSpec {
  field.object(["set", "add", "remove"]);
  const remove = field
    .at("remove")
    .list()
    .map((one) => one.text());
  return { remove, set: readPairs(field.at("set")), add: readPairs(field.at("add")) };
}

/** Of several values for one name, only the first counts. Istio sorts the names. */
function readPairs(field: Field): [name: string, value: string][] {
  const pairs = new Map<string, string>();
  for (const one of field.list()) {
    one.object(["name", "value"]);
    const name = one.at("name").text().toLowerCase();
    if (!pairs.has(name)) pairs.set(name, one.at("value").text());
  }
  return [...pairs].sort(([a], [b]) => (a < b ? -1 : 1));
}
