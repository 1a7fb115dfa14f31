import type { RetrySpec, RouteSpec } from "../spec/gateway-spec.js";

/**
 * Envoy's virtual hosts for routes. Routes with the same domains form one virtual host, in their order.
 *
 * @example
 * virtualHosts([{ name: "default/foo", prefix: "/foo", cluster: "foo" }]);
 */
export function virtualHosts(routes: readonly RouteSpec[]): object[] {
  const hosts = new Map<string, { name: string; domains: string[]; routes: object[] }>();
  for (const route of routes) {
    const domains = route.domains ?? ["*"];
    const name = domains.join(",");
    const host = hosts.get(name) ?? { name, domains, routes: [] };
    hosts.set(name, host);
    host.routes.push(toRoute(route));
  }
  return [...hosts.values()];
}

function toRoute(route: RouteSpec): object {
  const label = `route "${route.name ?? route.path ?? route.prefix ?? ""}"`;
  if ([route.prefix, route.path, route.connect].filter((match) => match !== undefined).length !== 1) {
    throw new Error(`${label} needs one of prefix, path and connect`);
  }
  if (route.connect && route.cluster === undefined) throw new Error(`${label} has connect without a cluster`);
  if ((route.cluster === undefined) === (route.directResponse === undefined)) {
    throw new Error(`${label} needs one of cluster and directResponse`);
  }
  for (const name of ["retry", "internalRedirects"] as const) {
    if (route[name] !== undefined && route.cluster === undefined)
      throw new Error(`${label} has ${name} without a cluster`);
  }
  return {
    ...(route.name === undefined ? {} : { name: route.name }),
    match: match(route),
    ...action(route),
  };
}

function match({ prefix, path, connect }: RouteSpec): object {
  if (connect) return { connect_matcher: {} };
  return path === undefined ? { prefix } : { path };
}

function action({ cluster, directResponse, timeoutMs, connect, retry, internalRedirects }: RouteSpec): object {
  if (!directResponse) {
    const timeout = timeoutMs === undefined ? {} : { timeout: seconds(timeoutMs) };
    const upgrades = connect ? { upgrade_configs: [{ upgrade_type: "CONNECT", connect_config: {} }] } : {};
    const redirects =
      internalRedirects === undefined
        ? {}
        : { internal_redirect_policy: { max_internal_redirects: internalRedirects } };
    return { route: { cluster, ...timeout, ...upgrades, ...(retry ? retryPolicy(retry) : {}), ...redirects } };
  }
  const { status, body, headers = [] } = directResponse;
  return {
    direct_response: { status, ...(body === undefined ? {} : { body: { inline_string: body } }) },
    response_headers_to_add: headers.map(([key, value]) => ({
      header: { key, value },
      append_action: "APPEND_IF_EXISTS_OR_ADD",
    })),
  };
}

function retryPolicy({ on, most = 1, perTryTimeoutMs }: RetrySpec): object {
  const limit = perTryTimeoutMs === undefined ? {} : { per_try_timeout: seconds(perTryTimeoutMs) };
  return { retry_policy: { retry_on: on.join(","), num_retries: most, ...limit } };
}

function seconds(ms: number): string {
  return `${ms / 1000}s`;
}
