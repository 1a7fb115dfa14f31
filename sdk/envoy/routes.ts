import { checkRoute } from "../spec/check-route.js";
import type {
  DirectResponse,
  FieldMatchSpec,
  HeaderChangesSpec,
  ListenerSpec,
  RedirectSpec,
  RetrySpec,
  RouteSpec,
  WeightedClusterSpec,
} from "../spec/gateway-spec.js";
import { virtualHosts } from "../spec/virtual-hosts.js";

const REDIRECT_CODES = {
  301: "MOVED_PERMANENTLY",
  302: "FOUND",
  303: "SEE_OTHER",
  307: "TEMPORARY_REDIRECT",
  308: "PERMANENT_REDIRECT",
} as const;

/** Envoy's names for the status codes of unknown clusters. */
const NOT_FOUND_CODES = { 404: "NOT_FOUND", 500: "INTERNAL_SERVER_ERROR", 503: "SERVICE_UNAVAILABLE" } as const;

/**
 * Envoy's route configuration of a listener.
 *
 * @throws Error when the fields of a route do not fit together
 * @example
 * routeConfiguration({ name: "gateway", routes: [{ name: "default/foo", prefix: "/foo", cluster: "foo" }] });
 */
export function routeConfiguration(spec: Pick<ListenerSpec, "name" | "routes" | "ignorePortInHostMatching">): object {
  for (const route of spec.routes) checkRoute(route);
  return {
    name: spec.name,
    virtual_hosts: virtualHosts(spec.routes).map((host) => ({ ...host, routes: host.routes.map(toRoute) })),
    ...(spec.ignorePortInHostMatching === undefined
      ? {}
      : { ignore_port_in_host_matching: spec.ignorePortInHostMatching }),
  };
}

function toRoute(route: RouteSpec): object {
  return { ...defined({ name: route.name }), match: match(route), ...action(route), ...allChanges(route) };
}

function match(route: RouteSpec): object {
  const { prefix, pathSeparatedPrefix, path, regex, connect, ignoreCase, headers, queryParameters } = route;
  return defined({
    ...{ prefix, path, path_separated_prefix: pathSeparatedPrefix },
    safe_regex: regex === undefined ? undefined : { regex },
    connect_matcher: connect ? {} : undefined,
    case_sensitive: ignoreCase ? false : undefined,
    headers: headers?.map(fieldMatch),
    query_parameters: queryParameters?.map(fieldMatch),
  });
}

function fieldMatch({ name, exact, prefix, regex, present }: FieldMatchSpec): object {
  if (present) return { name, present_match: true };
  return {
    name,
    string_match: defined({ exact, prefix, safe_regex: regex === undefined ? undefined : { regex } }),
  };
}

function action(route: RouteSpec): object {
  if (route.redirect) return { redirect: redirect(route.redirect) };
  if (route.directResponse) return { direct_response: directResponse(route.directResponse) };
  const { cluster, weightedClusters, clusterNotFoundStatus, timeoutMs, connect, retry, internalRedirects } = route;
  return {
    route: defined({
      cluster,
      weighted_clusters: weightedClusters && { clusters: weightedClusters.map(weighted) },
      cluster_not_found_response_code: clusterNotFoundStatus && NOT_FOUND_CODES[clusterNotFoundStatus],
      timeout: timeoutMs === undefined ? undefined : seconds(timeoutMs),
      upgrade_configs: connect ? [{ upgrade_type: "CONNECT", connect_config: {} }] : undefined,
      retry_policy: retry && retryPolicy(retry),
      internal_redirect_policy:
        internalRedirects === undefined ? undefined : { max_internal_redirects: internalRedirects },
      prefix_rewrite: route.prefixRewrite,
      regex_rewrite: route.regexRewrite && {
        pattern: { regex: route.regexRewrite.pattern },
        substitution: route.regexRewrite.substitution,
      },
      host_rewrite_literal: route.hostRewrite,
    }),
  };
}

function weighted({ cluster, weight, ...changes }: WeightedClusterSpec): object {
  return { name: cluster, weight, ...headerChanges(changes) };
}

function redirect({ status = 301, scheme, host, port, path, prefixRewrite }: RedirectSpec): object {
  return defined({
    response_code: REDIRECT_CODES[status],
    scheme_redirect: scheme,
    host_redirect: host,
    port_redirect: port,
    path_redirect: path,
    prefix_rewrite: prefixRewrite,
  });
}

function directResponse({ status, body }: DirectResponse): object {
  return defined({ status, body: body === undefined ? undefined : { inline_string: body } });
}

/** The changes of a route. The headers of a direct response are among them in Envoy. */
function allChanges({ directResponse: direct, requestHeaders, responseHeaders = {} }: RouteSpec): object {
  const headers = direct?.headers ?? [];
  if (headers.length === 0) return headerChanges({ requestHeaders, responseHeaders });
  const add = [...headers, ...(responseHeaders.add ?? [])];
  return headerChanges({ requestHeaders, responseHeaders: { ...responseHeaders, add } });
}

function headerChanges({ requestHeaders, responseHeaders }: HeaderChangesSpec): object {
  const changes = [
    ["request", requestHeaders],
    ["response", responseHeaders],
  ] as const;
  return Object.assign(
    {},
    ...changes.map(([kind, { remove = [], set = [], add = [] } = {}]) => ({
      [`${kind}_headers_to_add`]: [
        ...set.map(option("OVERWRITE_IF_EXISTS_OR_ADD")),
        ...add.map(option("APPEND_IF_EXISTS_OR_ADD")),
      ],
      [`${kind}_headers_to_remove`]: remove,
    })),
  ) as object;
}

/** Values are plain text. A percent sign would begin one of Envoy's commands. */
function option(append_action: string): (pair: readonly [name: string, value: string]) => object {
  return ([key, value]) => ({ header: { key, value: value.replaceAll("%", "%%") }, append_action });
}

function retryPolicy({ on, most = 1, perTryTimeoutMs }: RetrySpec): object {
  const limit = perTryTimeoutMs === undefined ? {} : { per_try_timeout: seconds(perTryTimeoutMs) };
  return { retry_on: on.join(","), num_retries: most, ...limit };
}

function seconds(ms: number): string {
  return `${ms / 1000}s`;
}

function defined(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
