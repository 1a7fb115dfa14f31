// Manifests as Higress's documentation has them.
import { beforeAll, expect, test } from "vitest";
import { buildPlugin } from "../support/build.js";
import { describeDev, echoed } from "./dev.js";

let mockResponse: string;
let echoConfig: string;
beforeAll(async () => {
  mockResponse = await buildPlugin("examples/mock-response");
  echoConfig = await buildPlugin("tests/plugins/echo-config");
});

/** The Ingress of a service: all paths below a prefix, on one host. */
function ingress(name: string, host: string, path: string): string {
  return `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: default
spec:
  ingressClassName: higress
  rules:
    - host: ${host}
      http:
        paths:
          - path: ${path}
            pathType: Prefix
            backend:
              service: { name: ${name}-service, port: { number: 5678 } }
`;
}

const INGRESSES = [
  ingress("foo", "foo.bar.com", "/foo"),
  ingress("bar", "foo.bar.com", "/bar"),
  ingress("shop", "www.example.com", "/"),
  ingress("other", "other.org", "/"),
].join("---");

describeDev("mock-response, as in Higress's quick start", (start) => {
  test("responds to all requests with the global configuration", async () => {
    const plugin = `
apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata:
  name: mock-response
  namespace: higress-system
spec:
  defaultConfig:
    content: "hello world"
  url: oci://registry.example.com/mock-response:1.0.0
`;
    await using dev = await start(
      { "ingress.yaml": INGRESSES, "wasmplugin.yaml": plugin },
      { plugins: { "mock-response": mockResponse } },
    );
    for (const [host, path] of [
      ["foo.bar.com", "/foo"],
      ["other.org", "/x"],
    ] as const) {
      const response = await dev.fetch(host, path);
      expect([response.status, response.text]).toEqual([200, "hello world"]);
    }
    await expect.poll(() => dev.requests.length).toBe(2);
    expect(dev.requests[0]).toMatchObject({
      ...{ method: "GET", authority: "foo.bar.com", path: "/foo", status: 200, plugin: "higress-system.mock-response" },
    });
    expect(dev.warnings).toEqual([]);
  });

  test("prefers the first rule that matches, by route and by domain", async () => {
    const plugin = `
apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata:
  name: mock-response
  namespace: higress-system
spec:
  selector:
    matchLabels:
      higress: higress-system-higress-gateway
  defaultConfig:
    content: global
  matchRules:
    # The ingress foo in the namespace default gets this configuration.
    - ingress:
        - default/foo
      config:
        content: route foo
    - ingress:
        - default/bar
      config:
        content: route bar
    # Requests for these domains get this configuration.
    - domain:
        - "*.example.com"
      config:
        mockEnable: false
  url: oci://registry.example.com/mock-response:1.0.0
`;
    await using dev = await start(
      { "all.yaml": `${INGRESSES}---${plugin}` },
      { plugins: { "higress-system/mock-response": mockResponse } },
    );
    const text = async (host: string, path: string) => (await dev.fetch(host, path)).text;
    expect(await text("foo.bar.com", "/foo/x")).toBe("route foo");
    expect(await text("foo.bar.com", "/bar")).toBe("route bar");
    expect(await text("other.org", "/")).toBe("global");
    expect(echoed(await dev.fetch("www.example.com", "/cart?a=b"))).toMatchObject({
      ...{ service: "default/shop-service:5678", path: "/cart?a=b" },
    });
    // No route of foo.bar.com has this path. Plugins run before the gateway responds with 404.
    expect(await text("foo.bar.com", "/foobar")).toBe("global");
  });
});

/** The manifest of a plugin that shows its configuration. */
function shows(name: string, place: string, config: string): string {
  return `
apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata: { name: ${name}, namespace: higress-system }
spec:
  ${place}
  url: oci://registry.example.com/${name}:1.0.0
  ${config}
`;
}

describeDev("rules and order of Higress's plugins", (start) => {
  test("custom-response matches by domain, ingress and service", async () => {
    const plugin = shows(
      "custom-response",
      "phase: AUTHN",
      `defaultConfig: { reply: true, name: global }
  matchRules:
    - domain: ["*.example.com"]
      config: { reply: true, name: domain }
    - ingress: [default/foo]
      config: { reply: true, name: ingress }
    - service: [bar-service.default.svc.cluster.local]
      config: { reply: true, name: service }
    - ingress: [default/other]
      configDisable: true`,
    );
    await using dev = await start(
      { "a.yaml": INGRESSES, "b.yaml": plugin },
      { plugins: { "custom-response": echoConfig } },
    );
    const config = async (host: string, path: string) => {
      const { name } = JSON.parse((await dev.fetch(host, path)).text) as { name: string };
      return name;
    };
    expect(await config("www.example.com", "/")).toBe("domain");
    expect(await config("foo.bar.com", "/foo")).toBe("ingress");
    expect(await config("foo.bar.com", "/bar")).toBe("service");
    expect(await config("other.org", "/")).toBe("global");
  });

  test("four plugins run by phase, then by priority", async () => {
    const manifest = [
      shows("mock-response", "phase: UNSPECIFIED_PHASE\n  priority: 10", "defaultConfig: { name: mock }"),
      shows("rate-limit", "phase: AUTHZ\n  priority: 20", "defaultConfig: { name: limit }"),
      shows("transformer", "phase: AUTHN\n  priority: 410", "defaultConfig: { name: transformer }"),
      shows("key-auth", "phase: AUTHN\n  priority: 310", "defaultConfig: { name: key }"),
    ].join("---");
    const names = ["mock-response", "rate-limit", "transformer", "key-auth"];
    await using dev = await start(
      { "a.yaml": INGRESSES, "b.yaml": manifest },
      { plugins: Object.fromEntries(names.map((name) => [name, echoConfig])) },
    );
    const { headers } = echoed(await dev.fetch("other.org", "/"));
    expect(headers["x-config"]).toBe('{"name":"transformer"}, {"name":"key"}, {"name":"limit"}, {"name":"mock"}');
    expect(await dev.chain()).toEqual(
      ["transformer", "key-auth", "rate-limit", "mock-response"].map((name) => `higress-system.${name}`),
    );
  });
});

describeDev("header-authorization on Istio", (start) => {
  test("lets requests pass that have the header", async () => {
    const plugin = `
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata:
  name: header-authorization
  namespace: istio-system
spec:
  imagePullPolicy: IfNotPresent
  imagePullSecret: wasm-secret
  selector:
    matchLabels:
      istio: ingressgateway
  url: oci://registry.example.com/header-authorization:v0.0.1
  phase: AUTHN
`;
    await using dev = await start(
      { "wasmplugin.yaml": plugin },
      { plugins: { "header-authorization": await buildPlugin("examples/header-authorization") } },
    );
    const rejected = await dev.fetch("httpbin.example.com", "/get");
    expect([rejected.status, rejected.text]).toEqual([403, "Forbidden by ASM Wasm Plugin"]);
    const passed = await dev.fetch("httpbin.example.com", "/get", { headers: [["allow", "true"]] });
    expect(echoed(passed)).toMatchObject({ service: "default/echo:80", path: "/get", headers: { allow: "true" } });
  });
});
