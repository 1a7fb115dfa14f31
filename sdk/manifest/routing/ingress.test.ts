import { describe, expect, test } from "vitest";
import { ingress, ingressOf, resource, service } from "../../../tests/support/resources.js";
import type { JsonObject } from "../../spec/json.js";
import type { RouteSpec } from "../../spec/gateway-spec.js";
import type { Resource } from "../resource.js";
import { routing } from "./index.js";

const cluster = (name: string, port = 80) => `outbound|${port}||${name}.default.svc.cluster.local`;
const toService = (name: string, port: JsonObject = { number: 80 }): JsonObject => ({ service: { name, port } });

/** The route for "Exact /a" with annotations. */
function annotated(annotations: JsonObject, path = "Exact /a a:80"): RouteSpec[] {
  return routing([ingressOf("", [path], { annotations })]).routes;
}

function warningsOf(...resources: Resource[]): string[] {
  return routing(resources).warnings.map((one) => one.replace(/^test\.yaml:1: Ingress default\/foo: /, ""));
}

test("hosts with and without wildcards have their own routes", () => {
  const hosts = ["*.b.example", "b.example", ""];
  const { routes } = routing(hosts.map((host) => ingressOf(host, ["Exact /a a:80"], { name: `foo${host.length}` })));
  expect(new Set(routes.map(({ domains }) => domains!.join()))).toEqual(new Set(["*.b.example", "b.example", "*"]));
  expect(routes).toHaveLength(3);
});

describe("default backends", () => {
  test("take the other requests of all hosts and of the Ingress's own", () => {
    const rules: JsonObject[] = [
      { host: "b.example", http: { paths: [{ path: "/a", pathType: "Exact", backend: toService("a") }] } },
    ];
    const { routes } = routing([ingress({ defaultBackend: toService("d"), rules })]);
    expect(routes.map(({ name, domains, cluster: to }) => [name, domains, to])).toEqual([
      ["default/foo", ["b.example"], cluster("a")],
      ["default/foo-default", ["b.example"], cluster("d")],
      ["default/foo-default", ["*"], cluster("d")],
    ]);
  });

  test("give way to a rule for all paths", () => {
    const rules: JsonObject[] = [{ http: { paths: [{ path: "/", pathType: "Prefix", backend: toService("a") }] } }];
    const { routes } = routing([ingress({ defaultBackend: toService("d"), rules })]);
    expect(routes.map(({ name }) => name)).toEqual(["default/foo"]);
  });
});

describe("classes", () => {
  const of = (spec: JsonObject, annotations: JsonObject = {}) =>
    resource("networking.k8s.io/v1", "Ingress", { defaultBackend: toService("d"), ...spec }, { annotations });

  test.each<[spec: JsonObject, annotations: JsonObject, taken: boolean, warnings: string[]]>([
    [{ ingressClassName: "higress" }, {}, true, []],
    [{}, { "kubernetes.io/ingress.class": "higress" }, true, []],
    [
      { ingressClassName: "nginx" },
      {},
      false,
      ['Higress passes over the Ingress, since its class is "nginx", not "higress"'],
    ],
    [
      { ingressClassName: "higress" },
      { "kubernetes.io/ingress.class": "nginx" },
      false,
      ['Higress passes over the Ingress, since its class is "nginx", not "higress"'],
    ],
    [
      {},
      {},
      true,
      [
        'Higress passes over an Ingress without a class, unless the cluster\'s default IngressClass is "higress"; the local gateway takes it; write spec.ingressClassName: higress',
      ],
    ],
  ])("%j %j", (spec, annotations, taken, warnings) => {
    const one = of(spec, annotations);
    expect(routing([one]).routes).toHaveLength(taken ? 1 : 0);
    expect(warningsOf(one)).toEqual(warnings);
  });
});

test.each<[annotations: JsonObject, expected: Partial<RouteSpec>]>([
  [{ "higress.io/rewrite-target": "/b" }, { path: "/a", regexRewrite: { pattern: "/a", substitution: "/b" } }],
  [
    { "nginx.ingress.kubernetes.io/rewrite-target": "/b/$1" },
    { regex: "/a(.*).*", regexRewrite: { pattern: "/a(.*).*", substitution: "/b/\\1" } },
  ],
  [{ "higress.io/rewrite-path": "/b" }, { path: "/a(.*)", prefixRewrite: "/b" }],
  [{ "higress.io/upstream-vhost": "h.example" }, { hostRewrite: "h.example" }],
  [{ "higress.io/use-regex": "true" }, { regex: "/a(.*).*" }],
  [{ "higress.io/full-path-regex": "true" }, { regex: "/a(.*)$" }],
  [{ "higress.io/ignore-path-case": "true" }, { ignoreCase: true }],
  [{ "higress.io/timeout": "5" }, { timeoutMs: 5000 }],
  [{ "higress.io/ssl-redirect": "true" }, { redirect: { scheme: "https", status: 308 } }],
  [
    { "higress.io/temporal-redirect": "http://h.example/b" },
    { redirect: { scheme: "http", host: "h.example", path: "/b", status: 302 } },
  ],
  [
    { "higress.io/permanent-redirect": "https://h.example", "higress.io/permanent-redirect-code": "308" },
    { redirect: { scheme: "https", host: "h.example", status: 308 } },
  ],
  [{ "higress.io/match-method": "get post" }, { headers: [{ name: ":method", regex: "GET|POST" }] }],
  [
    {
      "higress.io/exact-match-header-x": "1",
      "higress.io/regex-match-header-y": "a+",
      "higress.io/prefix-match-query-q": "b",
    },
    {
      headers: [
        { name: "x", exact: "1" },
        { name: "y", regex: "a+" },
      ],
      queryParameters: [{ name: "q", prefix: "b" }],
    },
  ],
  [
    { "higress.io/request-header-control-update": "x 1\ny 'a b'", "higress.io/response-header-control-remove": "r, s" },
    {
      requestHeaders: {
        remove: [],
        set: [
          ["x", "1"],
          ["y", "a b"],
        ],
        add: [],
      },
      responseHeaders: { remove: ["r", "s"], set: [], add: [] },
    },
  ],
])("annotations %j", (annotations, expected) => {
  const isSimple = annotations["higress.io/rewrite-target"] !== undefined;
  const [route, ...more] = annotated(annotations, isSimple ? "Exact /a a:80" : "Exact /a(.*) a:80");
  expect(more).toEqual([]);
  expect(route).toMatchObject(expected);
});

test("an app root redirects from /", () => {
  const annotations = { "higress.io/app-root": "/app" };
  const { routes } = routing([ingressOf("h.example", ["Prefix / a:80"], { annotations })]);
  expect(routes[0]).toMatchObject({ name: "h.example-app-root", path: "/", redirect: { status: 302, path: "/app" } });
});

test("warns about annotations that have no effect, and about wrong values", () => {
  const annotations: JsonObject = {
    "higress.io/timeout": "5s",
    "higress.io/made-up": "x",
    "nginx.ingress.kubernetes.io/proxy-body-size": "1m",
    "example.com/other": "x",
    "higress.io/use-regex": "yes",
  };
  expect(warningsOf(ingressOf("", ["Exact /a a:80"], { annotations }))).toEqual([
    'the local gateway passes over the annotation "higress.io/made-up"',
    'the local gateway passes over the annotation "nginx.ingress.kubernetes.io/proxy-body-size"',
    'Higress passes over the annotation "higress.io/use-regex": expected true or false, got "yes"',
    'Higress passes over the annotation "higress.io/timeout": expected an integer, got "5s"',
  ]);
});

describe("canaries", () => {
  const stable = ingressOf("", ["Exact /a stable:80"], { name: "stable" });
  const withCanary = (annotations: JsonObject) => {
    const all = { "higress.io/canary": "true", ...annotations };
    return routing([stable, ingressOf("", ["Exact /a canary:80"], { name: "canary", annotations: all })]).routes;
  };

  test.each<[annotations: JsonObject, header: JsonObject]>([
    [{ "higress.io/canary-by-header": "x" }, { name: "x", exact: "always" }],
    [
      { "higress.io/canary-by-header": "x", "higress.io/canary-by-header-value": "v" },
      { name: "x", regex: "always|v" },
    ],
    [
      { "higress.io/canary-by-header": "x", "higress.io/canary-by-header-pattern": "v+" },
      { name: "x", regex: ".*v+.*" },
    ],
    [{ "higress.io/canary-by-cookie": "c" }, { name: "cookie", regex: "^(.*?;\\s*)?(c=always)(;.*)?$" }],
  ])("by %j", (annotations, header) => {
    const [first, second] = withCanary(annotations);
    expect(first).toMatchObject({ name: "default/canary", cluster: cluster("canary"), headers: [header] });
    expect(second).toMatchObject({ name: "default/stable", cluster: cluster("stable") });
  });

  test.each<[annotations: JsonObject, weights: [number, number]]>([
    [{ "higress.io/canary-weight": "10" }, [90, 10]],
    [{ "higress.io/canary-weight": "10", "higress.io/canary-weight-total": "1000" }, [99, 1]],
  ])("by weight %j", (annotations, [most, few]) => {
    const [route, ...more] = withCanary(annotations);
    expect(more).toEqual([]);
    expect(route!.weightedClusters).toEqual([
      { cluster: cluster("stable"), weight: most },
      { cluster: cluster("canary"), weight: few },
    ]);
  });
});

test("destinations of Higress's registries", () => {
  const annotations = { "higress.io/destination": "75% a.dns:8080 v1\n25% b.static" };
  const backend: JsonObject = { resource: { apiGroup: "networking.higress.io", kind: "McpBridge", name: "default" } };
  const rules: JsonObject[] = [{ http: { paths: [{ path: "/a", pathType: "Exact", backend }] } }];
  expect(routing([ingress({ rules }, { annotations })]).routes[0]!.weightedClusters).toEqual([
    { cluster: "outbound|8080|v1|a.dns", weight: 75 },
    { cluster: "outbound|80||b.static", weight: 25 },
  ]);
});

describe("Services", () => {
  const ports: JsonObject[] = [{ name: "http", port: 8080 }];

  test("give named ports their numbers", () => {
    const { routes } = routing([ingressOf("", ["Exact /a a:http"]), service({ ports }, { name: "a" })]);
    expect(routes[0]!.cluster).toBe(cluster("a", 8080));
  });

  test("without the named port leave out the rule", () => {
    const one = ingressOf("", ["Exact /a a:grpc"]);
    expect(routing([one]).routes).toEqual([]);
    expect(warningsOf(one)).toEqual([
      'spec.rules[0].http.paths[0].backend.service.port: Higress passes over the rule, since the manifests have no Service default/a with a port named "grpc"',
    ]);
  });

  test("without the port's number leave the route without a cluster", () => {
    const all = [ingressOf("", ["Exact /a a:80"]), service({ ports }, { name: "a" })];
    expect(routing(all).routes[0]!.directResponse).toEqual({ status: 503 });
    expect(warningsOf(...all)).toEqual([
      "spec.rules[0].http.paths[0].backend.service.port: the gateway responds with the status code 503, since the Service default/a has no port 80, but 8080",
    ]);
  });

  test.each<[port: JsonObject, http2: boolean]>([
    [{ port: 80 }, false],
    [{ port: 80, name: "grpc" }, true],
    [{ port: 80, name: "http2-web" }, true],
    [{ port: 80, name: "grpcx" }, false],
    [{ port: 80, name: "h2c" }, false],
    [{ port: 80, name: "http", appProtocol: "kubernetes.io/h2c" }, true],
    [{ port: 80, name: "grpc", appProtocol: "http" }, false],
  ])("port %j", (port, http2) => {
    const [backend] = routing([service({ ports: [port] }, { name: "a" })]).backends;
    expect(backend).toMatchObject({ cluster: cluster("a"), http2 });
  });

  test("with an external name keep the name of their cluster", () => {
    const spec: JsonObject = { type: "ExternalName", externalName: "h.example", ports: [{ port: 443 }] };
    const [backend] = routing([service(spec, { name: "a" })]).backends;
    expect(backend).toMatchObject({ cluster: cluster("a", 443), externalName: "h.example" });
  });
});
