import { describe, expect, test } from "vitest";
import { httpRoute, resource, service } from "../../../tests/support/resources.js";
import type { JsonObject } from "../../spec/json.js";
import type { RouteSpec } from "../../spec/gateway-spec.js";
import type { Resource } from "../resource.js";
import { routing } from "./index.js";

const cluster = "outbound|80||a.default.svc.cluster.local";
const backendRefs = [{ name: "a", port: 80 }];

/** The only route of an HTTPRoute with one rule. */
function routeOf(rule: JsonObject, ...others: Resource[]): RouteSpec {
  const { routes } = routing([httpRoute({ rules: [rule] }), ...others]);
  expect(routes).toHaveLength(1);
  return routes[0]!;
}

function warningsOf(rule: JsonObject, ...others: Resource[]): string[] {
  return routing([httpRoute({ rules: [rule] }), ...others]).warnings;
}

const filtered = (...filters: JsonObject[]) => ({ filters, backendRefs });

test("a route has the name and host of its HTTPRoute", () => {
  const route = httpRoute({ hostnames: ["a.example", "*.b.example"], rules: [{ backendRefs }] }, { namespace: "ns" });
  const common = { name: "ns/foo", prefix: "/", cluster: "outbound|80||a.ns.svc.cluster.local", timeoutMs: 0 };
  expect(routing([route]).routes).toEqual([
    { ...common, domains: ["a.example"] },
    { ...common, domains: ["*.b.example"] },
  ]);
});

test.each<[match: JsonObject, route: Partial<RouteSpec>]>([
  [{}, { prefix: "/" }],
  [{ path: { value: "/a/" } }, { pathSeparatedPrefix: "/a" }],
  [{ path: { type: "PathPrefix", value: "/" } }, { prefix: "/" }],
  [{ path: { type: "Exact", value: "/a/" } }, { path: "/a/" }],
  [{ path: { type: "RegularExpression", value: "/a\\d+" } }, { regex: "/a\\d+" }],
  [{ method: "POST" }, { prefix: "/", headers: [{ name: ":method", exact: "POST" }] }],
  [
    {
      headers: [
        { name: "x", value: "1" },
        { name: "y", type: "RegularExpression", value: "a+" },
        { name: "x", value: "2" },
      ],
    },
    {
      prefix: "/",
      headers: [
        { name: "x", exact: "1" },
        { name: "y", regex: "a+" },
      ],
    },
  ],
  [{ queryParams: [{ name: "q", value: "1" }] }, { prefix: "/", queryParameters: [{ name: "q", exact: "1" }] }],
])("match %j", (match, expected) => {
  const { name, domains, timeoutMs, ...route } = routeOf({ matches: [match], backendRefs });
  expect(route).toEqual({ ...expected, cluster });
  expect([name, domains, timeoutMs]).toEqual(["default/foo", ["*"], 0]);
});

test("matches count in the order of the Gateway API", () => {
  const matches: JsonObject[] = [
    { path: { value: "/" } },
    { path: { type: "RegularExpression", value: "/long.*expression" } },
    { path: { value: "/a" } },
    { path: { value: "/a" }, queryParams: [{ name: "q", value: "1" }] },
    { path: { value: "/a" }, headers: [{ name: "h", value: "1" }] },
    { path: { value: "/a" }, method: "GET" },
    { path: { value: "/a/b" } },
    { path: { type: "Exact", value: "/a" } },
    { path: { value: "/" }, method: "GET" },
  ];
  const backends = matches.map((match, index) => ({
    matches: [match],
    backendRefs: [{ name: `s${index}`, port: 80 }],
  }));
  const order = routing([httpRoute({ rules: backends })]).routes.map(({ cluster: one }) => one!.split(/\|\|s|\./)[1]);
  expect(order.join(" ")).toBe("7 6 5 4 3 2 8 1 0");
});

test("the older HTTPRoute wins, then the one whose name comes first", () => {
  const named = (name: string, created: string) => httpRoute({ rules: [{ backendRefs }] }, { name, created });
  const { routes } = routing([
    named("c", "2026-01-02T00:00:00Z"),
    named("b", "2026-01-01T00:00:00Z"),
    named("a", "2026-01-02T00:00:00Z"),
  ]);
  expect(routes[0]!.name).toBe("default/b");
});

describe("filters", () => {
  test("change headers; the host becomes a rewritten host", () => {
    const requestHeaderModifier: JsonObject = {
      set: [
        { name: "X-B", value: "1" },
        { name: "host", value: "h.example" },
        { name: "x-b", value: "2" },
      ],
      add: [{ name: "X-A", value: "3" }],
      remove: ["x-c"],
    };
    const route = routeOf(
      filtered(
        { type: "RequestHeaderModifier", requestHeaderModifier },
        { type: "ResponseHeaderModifier", responseHeaderModifier: { set: [{ name: "R", value: "4" }] } },
      ),
    );
    expect(route).toMatchObject({
      hostRewrite: "h.example",
      requestHeaders: { set: [["x-b", "1"]], add: [["x-a", "3"]], remove: ["x-c"] },
      responseHeaders: { set: [["r", "4"]], add: [], remove: [] },
    });
  });

  test.each<[path: string, type: string, rewrite: JsonObject, expected: Partial<RouteSpec>]>([
    ["/a", "PathPrefix", { hostname: "h.example" }, { hostRewrite: "h.example" }],
    ["/a", "PathPrefix", { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/b/" } }, { prefixRewrite: "/b" }],
    [
      "/a.b",
      "PathPrefix",
      { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/" } },
      { regexRewrite: { pattern: "^/a\\.b(/?)(.*)", substitution: "/\\2" } },
    ],
    [
      "/a",
      "Exact",
      { path: { type: "ReplaceFullPath", replaceFullPath: "/b" } },
      { regexRewrite: { pattern: "/.*", substitution: "/b" } },
    ],
  ])("rewrite %s %s by %j", (value, type, urlRewrite, expected) => {
    const rule = { matches: [{ path: { type, value } }], ...filtered({ type: "URLRewrite", urlRewrite }) };
    expect(routeOf(rule)).toMatchObject(expected);
  });

  test.each<[redirect: JsonObject, expected: JsonObject]>([
    [{}, { status: 302 }],
    [
      { scheme: "https", statusCode: 301 },
      { status: 301, scheme: "https" },
    ],
    [
      { scheme: "https", port: 443 },
      { status: 302, scheme: "https" },
    ],
    [
      { scheme: "https", port: 8443 },
      { status: 302, scheme: "https", port: 8443 },
    ],
    [
      { hostname: "h.example", path: { type: "ReplaceFullPath", replaceFullPath: "/b" } },
      { status: 302, host: "h.example", path: "/b" },
    ],
    [{ path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/b" } }, { status: 302, prefixRewrite: "/b" }],
  ])("redirect %j", (requestRedirect, expected) => {
    const route = routeOf({ filters: [{ type: "RequestRedirect", requestRedirect }] });
    expect(route.redirect).toEqual(expected);
    expect(route.cluster).toBeUndefined();
  });

  // istiod and Higress make no route at all for an HTTPRoute with a filter that they do not know.
  test.each<[rule: JsonObject, where: string, type: string]>([
    [
      filtered({ type: "ExtensionRef", extensionRef: { group: "a", kind: "B", name: "c" } }),
      "spec.rules[1].filters[0].extensionRef",
      "ExtensionRef",
    ],
    [filtered({ type: "ExternalAuth", externalAuth: {} }), "spec.rules[1].filters[0].externalAuth", "ExternalAuth"],
    [
      { backendRefs: [{ name: "a", port: 80, filters: [{ type: "URLRewrite", urlRewrite: {} }] }] },
      "spec.rules[1].backendRefs[0].filters[0].urlRewrite",
      "URLRewrite",
    ],
  ])("an unknown one leaves the HTTPRoute without routes: %#", (rule, where, type) => {
    const { routes, warnings } = routing([httpRoute({ rules: [{ backendRefs }, rule] })]);
    expect(routes).toEqual([]);
    expect(warnings).toEqual([
      `test.yaml:1: HTTPRoute default/foo: ${where}: Higress passes over the HTTPRoute, since it has no filter ${type}`,
    ]);
  });

  test("warns about those that only the local gateway passes over", () => {
    expect(
      warningsOf(
        filtered({ type: "CORS", cors: {} }, { type: "RequestMirror", requestMirror: { backendRef: { name: "b" } } }),
      ),
    ).toEqual([
      "test.yaml:1: HTTPRoute default/foo: spec.rules[0].filters[0].cors: the local gateway has no filter CORS: preflight requests go to the backend, and responses get no CORS headers",
      "test.yaml:1: HTTPRoute default/foo: spec.rules[0].filters[1].requestMirror: the local gateway has no filter RequestMirror: no backend gets a copy of the requests",
    ]);
  });
});

describe("backends", () => {
  const b = "outbound|81||b.default.svc.cluster.local";

  test("share requests by weight; those without a weight get none", () => {
    const refs: JsonObject[] = [
      { name: "a", port: 80, weight: 3 },
      { name: "b", port: 81 },
      { name: "c", port: 82, weight: 0 },
    ];
    expect(routeOf({ backendRefs: refs }).weightedClusters).toEqual([
      { cluster, weight: 3 },
      { cluster: b, weight: 1 },
    ]);
    expect(routeOf({ backendRefs: refs.slice(1) }).cluster).toBe(b);
  });

  test("change headers", () => {
    const filters: JsonObject[] = [{ type: "RequestHeaderModifier", requestHeaderModifier: { remove: ["x"] } }];
    const requestHeaders = { remove: ["x"], set: [], add: [] };
    expect(routeOf({ backendRefs: [{ name: "a", port: 80, filters }] }).requestHeaders).toEqual(requestHeaders);
    const refs: JsonObject[] = [
      { name: "a", port: 80, filters },
      { name: "b", port: 81 },
    ];
    expect(routeOf({ backendRefs: refs }).weightedClusters).toEqual([
      { cluster, weight: 1, requestHeaders },
      { cluster: b, weight: 1 },
    ]);
  });

  test.each<[refs: JsonObject[]]>([[[]], [[{ name: "a", port: 80, weight: 0 }]]])("none: 500 for %j", (refs) => {
    expect(routeOf({ backendRefs: refs }).directResponse).toEqual({ status: 500 });
  });

  test.each<[ref: JsonObject, problem: string]>([
    [
      { name: "a", port: 80, namespace: "other" },
      'the namespace "other" has no ReferenceGrant for HTTPRoutes of "default"',
    ],
    [{ name: "a", port: 80, kind: "Pod" }, "Pod is not supported"],
    [{ name: "a", port: 80, group: "x.io", kind: "Y" }, "x.io/Y is not supported"],
    [{ name: "s", port: 80 }, "the Service default/s has no port 80, but 8080"],
  ])("one that cannot be used: %j", (ref, problem) => {
    const other = service({ ports: [{ port: 8080 }] }, { name: "s" });
    expect(routeOf({ backendRefs: [ref] }, other).directResponse).toEqual({ status: 500 });
    expect(warningsOf({ backendRefs: [ref] }, other)).toEqual([
      `test.yaml:1: HTTPRoute default/foo: spec.rules[0].backendRefs[0]: requests for this backend get status 500, as in Higress: ${problem}`,
    ]);
    // The other backends do not get its share.
    expect(routeOf({ backendRefs: [ref, { name: "b", port: 81, weight: 3 }] }, other)).toMatchObject({
      weightedClusters: [
        { cluster: "UnknownService", weight: 1 },
        { cluster: b, weight: 3 },
      ],
      clusterNotFoundStatus: 500,
    });
  });

  test.each<[from: string, to: JsonObject, allowed: boolean]>([
    ["default", { group: "", kind: "Service" }, true],
    ["default", { group: "", kind: "Service", name: "a" }, true],
    ["default", { group: "", kind: "Service", name: "b" }, false],
    ["default", { group: "", kind: "Secret" }, false],
    ["elsewhere", { group: "", kind: "Service" }, false],
  ])("of another namespace need a ReferenceGrant: from %s to %j", (namespace, to, allowed) => {
    const from = [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace }];
    const parts = { namespace: "other" };
    const grant = resource("gateway.networking.k8s.io/v1beta1", "ReferenceGrant", { from, to: [to] }, parts);
    const rule = { backendRefs: [{ name: "a", port: 80, namespace: "other" }] };
    expect(routeOf(rule, grant).cluster).toBe(allowed ? "outbound|80||a.other.svc.cluster.local" : undefined);
  });

  test("of Higress's registries have their own host", () => {
    const ref = { group: "networking.higress.io", kind: "Service", name: "foo.dns", port: 443 };
    expect(routeOf({ backendRefs: [ref] }).cluster).toBe("outbound|443||foo.dns");
  });
});

test.each([
  [{ request: "1m30s" }, 90_000],
  [{ request: "0s" }, 0],
  [{ request: "10s", backendRequest: "500ms" }, 500],
  [{ request: "10s", backendRequest: "0s" }, 10_000],
])("timeouts %j", (timeouts, timeoutMs) => {
  expect(routeOf({ timeouts, backendRefs }).timeoutMs).toBe(timeoutMs);
});

test("warns about what has no effect", () => {
  expect(warningsOf({ retry: { attempts: 1 }, sessionPersistence: {}, backendRefs })).toEqual([
    "test.yaml:1: HTTPRoute default/foo: spec.rules[0].retry: the local gateway sends a request once and does not retry",
    "test.yaml:1: HTTPRoute default/foo: spec.rules[0].sessionPersistence: Higress passes over this field",
  ]);
});

test("an HTTPRoute is for a Gateway", () => {
  const mesh = httpRoute({ parentRefs: [{ kind: "Service", name: "s" }], rules: [{ backendRefs }] });
  expect(routing([mesh])).toMatchObject({
    routes: [],
    warnings: [
      "test.yaml:1: HTTPRoute default/foo: the local gateway passes over an HTTPRoute without a parent of the kind Gateway",
    ],
  });
});
