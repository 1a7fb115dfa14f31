import type { RouteSpec } from "./gateway-spec.js";

/** The routes for some domains. */
export interface VirtualHost<Route> {
  /** The domains, joined by commas. Plugins read the name. */
  name: string;
  domains: string[];
  routes: Route[];
}

/**
 * The virtual hosts for routes. Each domain gets all routes that name it, in their order, and domains with the same
 * routes share a virtual host: Envoy takes a domain once only. Domains that differ only in case are one.
 *
 * @example
 * virtualHosts([
 *   { prefix: "/a", domains: ["a.example", "b.example"], cluster: "a" },
 *   { prefix: "/", domains: ["b.example"], cluster: "b" },
 * ]).map(({ name }) => name); // ["a.example", "b.example"]
 */
export function virtualHosts<Route extends RouteSpec>(routes: readonly Route[]): VirtualHost<Route>[] {
  const byDomain = new Map<string, { domain: string; routes: Route[]; key: string }>();
  for (const [index, route] of routes.entries()) {
    const inRoute = new Map((route.domains ?? ["*"]).map((domain) => [lowerAscii(domain), domain]));
    for (const [lower, domain] of inRoute) {
      const one = byDomain.get(lower) ?? { domain, routes: [], key: "" };
      byDomain.set(lower, one);
      one.routes.push(route);
      one.key += `${index},`;
    }
  }
  const hosts = new Map<string, VirtualHost<Route>>();
  for (const { domain, routes, key } of byDomain.values()) {
    const host = hosts.get(key);
    if (host) host.domains.push(domain);
    else hosts.set(key, { name: "", domains: [domain], routes });
  }
  return [...hosts.values()].map((host) => ({ ...host, name: host.domains.join(",") }));
}

/** Envoy compares letters outside ASCII with their case. */
function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
