import { checkRoute } from "../spec/check-route.js";
import type { HeaderChangesSpec, ListenerSpec, RouteSpec } from "../spec/gateway-spec.js";
import { virtualHosts } from "../spec/virtual-hosts.js";
import { byteString, lowerAscii, type HeaderMap, type NoRoute, type RouteInfo } from "../host/index.js";
import { changeHeaders } from "./header-changes.js";
import { requestMatcher, routedRequest, type RoutedRequest } from "./route-match.js";

/** A route as plugins see it, with its spec. */
export interface Route extends RouteInfo {
  spec: RouteSpec;
  /** The header changes of the cluster that was chosen among weighted clusters. */
  clusterChanges?: HeaderChangesSpec;
}

/** A route with several clusters has a `Route` for each, with the weights of the clusters up to this one. */
interface Choice {
  matches: (request: RoutedRequest) => boolean;
  routes: { route: Route; upTo: number }[];
  sum: number;
}

interface Host {
  name: string;
  choices: Choice[];
}

type Options = Pick<ListenerSpec, "ignorePortInHostMatching">;

/**
 * Finds the route of a request. An exact host name wins over one with a wildcard, which wins over "*". In the virtual
 * host, the first route that matches the request wins.
 *
 * @throws Error when the fields of a route do not fit together, or a regular expression is invalid
 * @example
 * new RouteTable([{ name: "default/foo", prefix: "/foo", cluster: "foo" }]).find(headers)?.name; // "default/foo"
 */
export class RouteTable {
  private readonly exact = new Map<string, Host>();
  /** By the end of a host name, and by its beginning. The longest come first. */
  private readonly ends: [string, Host][] = [];
  private readonly beginnings: [string, Host][] = [];
  private any: Host | undefined;
  /** A request keeps its choice among weighted clusters, even when its route is found again. */
  private readonly draws = new WeakMap<HeaderMap, number>();

  constructor(
    specs: readonly RouteSpec[],
    private readonly options: Options = {},
  ) {
    for (const spec of specs) checkRoute(spec);
    for (const { name, domains, routes } of virtualHosts(specs)) {
      const virtualHost = byteString(name);
      const host = { name: virtualHost, choices: routes.map((spec) => choice(spec, virtualHost)) };
      for (const domain of domains) this.add(lowerAscii(byteString(domain)), host);
    }
    for (const list of [this.ends, this.beginnings]) list.sort(([a], [b]) => b.length - a.length);
  }

  find(headers: HeaderMap): Route | NoRoute | undefined {
    // Envoy finds no route when a plugin has removed or emptied the header.
    if (!headers.get("x-forwarded-proto")) return undefined;
    const host = this.host(lowerAscii(headers.get(":authority") ?? ""));
    const request = routedRequest(headers);
    const found = host?.choices.find(({ matches }) => matches(request));
    return found ? this.choose(found, headers) : host && { virtualHost: host.name };
  }

  private choose({ routes, sum }: Choice, headers: HeaderMap): Route {
    if (routes.length === 1) return routes[0]!.route;
    const draw = this.draws.get(headers) ?? Math.random();
    this.draws.set(headers, draw);
    return routes.find(({ upTo }) => draw * sum < upTo)!.route;
  }

  private add(domain: string, host: Host): void {
    if (domain === "*") this.any = host;
    else if (domain.startsWith("*")) this.ends.push([domain.slice(1), host]);
    else if (domain.endsWith("*")) this.beginnings.push([domain.slice(0, -1), host]);
    else this.exact.set(domain, host);
  }

  private host(authority: string): Host | undefined {
    const name = this.options.ignorePortInHostMatching ? authority.replace(/:[^:\]]*$/, "") : authority;
    // A wildcard stands for one character at least.
    const ofLength = (list: [string, Host][], matches: (part: string) => boolean) =>
      list.find(([part]) => part.length < name.length && matches(part))?.[1];
    return (
      this.exact.get(name) ??
      ofLength(this.ends, (end) => name.endsWith(end)) ??
      ofLength(this.beginnings, (beginning) => name.startsWith(beginning)) ??
      this.any
    );
  }
}

function choice(spec: RouteSpec, virtualHost: string): Choice {
  const route: Route = { name: byteString(spec.name ?? ""), virtualHost, spec };
  const matches = requestMatcher(spec);
  if (!spec.weightedClusters) {
    const only = spec.cluster === undefined ? route : withCluster(route, spec.cluster);
    return { matches, routes: [{ route: only, upTo: 1 }], sum: 1 };
  }
  let sum = 0;
  const routes = spec.weightedClusters.map(({ cluster, weight, ...changes }) => ({
    route: withCluster(route, cluster, changes),
    upTo: (sum += weight),
  }));
  return { matches, routes, sum };
}

/** The changes of a chosen cluster come before those of the route. */
function withCluster(route: Route, cluster: string, clusterChanges: HeaderChangesSpec = {}): Route {
  const changes = [clusterChanges.responseHeaders, route.spec.responseHeaders].filter((one) => one !== undefined);
  const changeResponse = (map: HeaderMap) => changes.forEach((one) => changeHeaders(map, one));
  return {
    ...{ ...route, cluster: byteString(cluster), clusterChanges },
    ...(changes.length > 0 ? { changeResponse } : {}),
  };
}
