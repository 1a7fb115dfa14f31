import type { RouteSpec } from "../spec/gateway-spec.js";
import { byteString, lowerAscii, type HeaderMap, type NoRoute, type RouteInfo } from "../host/index.js";

/** A route as plugins see it, with its spec. */
export interface Route extends RouteInfo {
  spec: RouteSpec;
  /** The prefix for a request's path, as a string of bytes. */
  prefix?: string;
  /** The exact path, as a string of bytes. */
  path?: string;
}

/**
 * Finds the route of a request. An exact host name wins over one with a wildcard, which wins over "*". In the virtual
 * host, the first route with a matching path wins.
 *
 * @example
 * new RouteTable([{ name: "default/foo", prefix: "/foo", cluster: "foo" }]).find(headers)?.name; // "default/foo"
 */
export class RouteTable {
  private readonly hosts = new Map<string, { name: string; routes: Route[] }>();

  constructor(specs: readonly RouteSpec[]) {
    for (const spec of specs) {
      const domains = (spec.domains ?? ["*"]).map(byteString);
      const virtualHost = domains.join(",");
      const route: Route = { name: byteString(spec.name ?? ""), virtualHost, spec, ...inBytes(spec) };
      for (const domain of domains) {
        const key = lowerAscii(domain);
        const host = this.hosts.get(key) ?? { name: virtualHost, routes: [] };
        this.hosts.set(key, host);
        host.routes.push(route);
      }
    }
  }

  find(headers: HeaderMap): Route | NoRoute | undefined {
    // Envoy finds no route when a plugin has removed or emptied the header.
    if (!headers.get("x-forwarded-proto")) return undefined;
    const host = this.host(lowerAscii(headers.get(":authority") ?? ""));
    const method = headers.get(":method");
    const target = headers.get(":path") ?? "";
    const path = target.replace(/\?[^]*$/, "");
    const route = host?.routes.find(({ spec, ...one }) => {
      if (spec.connect) return method === "CONNECT";
      // Only a plugin can make a CONNECT with a path. Such a request cannot be sent, but it has a route.
      if (!headers.has(":path")) return false;
      return one.path !== undefined ? path === one.path : path.startsWith(one.prefix ?? "/");
    });
    return route ?? (host && { virtualHost: host.name });
  }

  private host(name: string): { name: string; routes: Route[] } | undefined {
    const exact = this.hosts.get(name);
    if (exact) return exact;
    const wild = [...this.hosts].filter(([key]) => matches(key, name)).sort(([a], [b]) => b.length - a.length);
    return wild[0]?.[1];
  }
}

function inBytes(spec: RouteSpec): Pick<Route, "cluster" | "prefix" | "path"> {
  const texts = (["cluster", "prefix", "path"] as const).flatMap((key) => {
    const text = spec[key];
    return text === undefined ? [] : [[key, byteString(text)] as const];
  });
  return Object.fromEntries(texts);
}

/** "*", "*.example.com" and "example.*". */
function matches(pattern: string, name: string): boolean {
  if (pattern === "*") return true;
  if (pattern.startsWith("*")) return name.endsWith(pattern.slice(1)) && name.length >= pattern.length;
  return pattern.endsWith("*") && name.startsWith(pattern.slice(0, -1)) && name.length >= pattern.length;
}
