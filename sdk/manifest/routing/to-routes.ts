import type { HeaderChangesSpec, RouteSpec } from "../../spec/gateway-spec.js";
import { mergeChanges } from "./header-changes.js";
import type { PathMatch, Rule } from "./model.js";

/**
 * The routes of a host for its rules in order, as Istio makes them. A route for all requests ends the list.
 */
export function toRoutes(rules: readonly Rule[]): RouteSpec[] {
  const routes: RouteSpec[] = [];
  for (const rule of rules) {
    for (const path of rule.paths) {
      const route = toRoute(rule, path);
      routes.push(route);
      if (isCatchAll(route)) return routes;
    }
  }
  return routes;
}

/** Whether a route takes every request of its host. */
export function isCatchAll({ prefix, regex, headers = [], queryParameters = [] }: RouteSpec): boolean {
  return (prefix === "/" || regex === ".*") && headers.length === 0 && queryParameters.length === 0;
}

function toRoute(rule: Rule, path: PathMatch): RouteSpec {
  const { name, host, method, queryParameters, ignoreCase } = rule;
  const headers = [...rule.headers, ...(method ? [method] : [])];
  return {
    name,
    [path.kind]: path.value,
    domains: [host],
    ...(ignoreCase ? { ignoreCase: true } : {}),
    ...(headers.length > 0 ? { headers } : {}),
    ...(queryParameters.length > 0 ? { queryParameters } : {}),
    ...action(rule),
    ...headerChanges(rule),
  };
}

/** The changes of a single backend come after those of the rule. */
function headerChanges({ headerChanges, destinations }: Rule): HeaderChangesSpec {
  return destinations.length === 1 ? mergeChanges(headerChanges, destinations[0]!) : headerChanges;
}

function action(rule: Rule): Partial<RouteSpec> {
  if (rule.redirect) return { redirect: rule.redirect };
  if (rule.status !== undefined) return { directResponse: { status: rule.status } };
  const { prefixRewrite, regexRewrite, hostRewrite, timeoutMs, clusterNotFoundStatus } = rule;
  return {
    ...clusters(rule),
    ...(clusterNotFoundStatus === undefined ? {} : { clusterNotFoundStatus }),
    ...(prefixRewrite === undefined ? {} : { prefixRewrite }),
    ...(regexRewrite === undefined ? {} : { regexRewrite }),
    ...(hostRewrite === undefined ? {} : { hostRewrite }),
    timeoutMs,
  };
}

function clusters({ destinations }: Rule): Partial<RouteSpec> {
  const [one, ...more] = destinations;
  if (one && more.length === 0) return { cluster: one.cluster };
  const weighted = destinations.filter(({ weight }) => weight > 0);
  return weighted.length > 0 ? { weightedClusters: weighted } : { directResponse: { status: 503 } };
}
