import { expect, test } from "vitest";
import { pluginChain, type ChainOptions } from "./plugin-chain.js";
import { readResources } from "./read-resources.js";

const ISTIO = "extensions.istio.io/v1alpha1";
const HIGRESS = "extensions.higress.io/v1alpha1";

/** A WasmPlugin of Istio; `metadata` and `spec` are in YAML's flow style. */
function istio(metadata: string, spec = ""): string {
  return `apiVersion: ${ISTIO}\nkind: WasmPlugin\nmetadata: {${metadata}}\nspec: {url: "oci://x", ${spec}}\n`;
}

function higress(metadata: string, spec = ""): string {
  return istio(metadata, spec).replace(ISTIO, HIGRESS);
}

function chain(manifests: readonly string[], options?: ChainOptions) {
  return pluginChain(readResources(manifests.join("---\n"), "x.yaml"), options);
}

function names(manifests: readonly string[], options?: ChainOptions): string[] {
  return chain(manifests, options).plugins.map(({ filter }) => filter.replace(/^default\./, ""));
}

test("orders by phase first, then by priority, and puts plugins without a priority last", () => {
  const plugins = [
    istio("name: u100", "priority: 100"),
    istio("name: s", "phase: STATS, priority: 5"),
    istio("name: z-minus", "phase: AUTHZ, priority: -100"),
    istio("name: z-none", "phase: AUTHZ"),
    istio("name: z-zero", "phase: AUTHZ, priority: 0"),
    istio("name: z-high", "phase: AUTHZ, priority: 7"),
    istio("name: t", "phase: AUTHN"),
    istio("name: u-none", "phase: UNSPECIFIED_PHASE"),
  ];
  expect(names(plugins)).toEqual(["t", "z-high", "z-zero", "z-minus", "z-none", "s", "u100", "u-none"]);
});

test("orders ties by age, then by name as bytes, with a prefix behind the longer names", () => {
  const plugins = [
    istio("name: a"),
    istio("name: a1"),
    istio("name: a-b"),
    istio("name: p9"),
    istio("name: p10"),
    istio("name: old, creationTimestamp: '2020-01-01T00:00:00Z'"),
    istio("name: new, creationTimestamp: '2024-01-01T00:00:00Z'"),
    istio("name: a.b"),
  ];
  expect(names(plugins)).toEqual(["a-b", "a.b", "a1", "a", "p10", "p9", "old", "new"]);
});

test("orders ties by name alone on Higress, whose istiod adds nothing to names", () => {
  const plugins = ["a1", "a", "p10", "a.b", "p9", "a-b"].map((name) => higress(`name: ${name}`));
  expect(names(plugins)).toEqual(["a", "a-b", "a.b", "a1", "p10", "p9"]);
  expect(names([istio("name: a1"), istio("name: a"), higress("name: b")])).toEqual(["a", "a1", "b"]);
});

test("puts plugins of the gateway's namespace before those of the root, unless the priority says otherwise", () => {
  const plugins = [
    istio("name: a, namespace: istio-system"),
    istio("name: z, namespace: team"),
    istio("name: b, namespace: istio-system", "priority: 1"),
  ];
  expect(names(plugins)).toEqual(["istio-system.b", "team.z", "istio-system.a"]);
  expect(names(plugins, { gatewayNamespace: "istio-system" })).toEqual(["istio-system.b", "istio-system.a"]);
});

test("counts Higress's plugins in one namespace, without their age", () => {
  const plugins = [
    higress("name: c, namespace: higress-system, creationTimestamp: '2030-01-01T00:00:00Z'"),
    higress("name: b, namespace: other, creationTimestamp: '2031-01-01T00:00:00Z'"),
    istio("name: a, namespace: team, creationTimestamp: '2029-01-01T00:00:00Z'"),
  ];
  expect(names(plugins)).toEqual(["other.b", "higress-system.c", "team.a"]);
});

test("gives what istiod puts into the filter", () => {
  const [plugin] = chain(
    [
      higress(
        "name: a, namespace: higress-system",
        "sha256: ff, pluginName: root, failStrategy: FAIL_OPEN, defaultConfig: {k: 1}, matchRules: [{domain: [d]}], vmConfig: {env: [{name: A, value: b}, {name: H, valueFrom: HOST}, {name: G, valueFrom: HOST}]}",
      ),
    ],
    { hostEnvironment: { H: "host" } },
  ).plugins;
  const { resource, ...others } = plugin!;
  expect(resource.position).toEqual({ file: "x.yaml", line: 1 });
  expect(others).toEqual({
    filter: "higress-system.a",
    namespace: "higress-system",
    name: "a",
    type: "http",
    url: "oci://x",
    sha256: "ff",
    rootId: "root",
    configuration: { k: 1, _rules_: [{ _match_domain_: ["d"] }] },
    failOpen: true,
    failReload: false,
    environment: { A: "b", H: "host" },
  });
});

test("gives no configuration for an empty one, and keeps the kinds of Istio", () => {
  const { plugins } = chain([
    istio("name: a", "pluginConfig: {}, type: HTTP, match: [{mode: CLIENT, ports: [{number: 80}, {number: 443}]}]"),
    istio(
      "name: b",
      "type: NETWORK, failStrategy: FAIL_RELOAD, match: [{ports: [{number: 80}]}, {mode: CLIENT_AND_SERVER}]",
    ),
  ]);
  expect(plugins[0]).not.toHaveProperty("configuration");
  expect(plugins[0]).toMatchObject({ type: "http", ports: [80, 443] });
  expect(plugins[1]).toMatchObject({ type: "network", failReload: true });
  expect(plugins[1]).not.toHaveProperty("ports");
});

test.each([
  ["ghcr.io/a/b:1", "oci://ghcr.io/a/b:1"],
  ["image", "oci://image"],
  ["//ghcr.io/a", "oci://ghcr.io/a"],
  ["file:///opt/a.wasm", "file:///opt/a.wasm"],
  ["image:v1", "image:v1"],
])("reads the address %s as %s", (url, address) => {
  expect(chain([istio("name: a").replace("oci://x", url)]).plugins[0]?.url).toBe(address);
});

test.each([
  ["", "spec.url is missing"],
  [
    "127.0.0.1:5000/x:1",
    'istiod cannot read spec.url "127.0.0.1:5000/x:1": the part before the first "/" has a colon; write oci:// before the address',
  ],
  ["http://a:b/", 'istiod cannot read spec.url "http://a:b/": the port "b" is no number'],
  ["oci://a/%zz", 'istiod cannot read spec.url "oci://a/%zz": two hexadecimal digits must follow each "%"'],
  [":a", 'istiod cannot read spec.url ":a": the scheme before the colon is missing'],
  ["http://a b/", 'istiod cannot read spec.url "http://a b/": the host "a b" is invalid'],
  ["http://[::1/", 'istiod cannot read spec.url "http://[::1/": the host "[::1" is invalid'],
])("passes over a plugin with the address %j", (url, reason) => {
  expect(chain([istio("name: a").replace("oci://x", url)])).toEqual({
    plugins: [],
    warnings: [`WasmPlugin default/a (x.yaml:1) is passed over: ${reason}`],
  });
});

test.each<[what: string, manifests: string[], reason: string]>([
  [
    "another namespace",
    [istio("name: a"), istio("name: b, namespace: team")],
    "WasmPlugin team/b (x.yaml:6) is passed over: the plugin is in another namespace than the gateway, which is in default; --namespace team puts the gateway there",
  ],
  [
    "labels that the gateway does not have",
    [istio("name: a", "selector: {matchLabels: {app: edge, istio: ingressgateway}}")],
    "WasmPlugin default/a (x.yaml:1) is passed over: spec.selector wants a gateway with app=edge; --label app=edge gives it to the gateway",
  ],
  [
    "targets when no Gateway of the Gateway API describes the gateway",
    [istio("name: a", "targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: g}]")],
    "WasmPlugin default/a (x.yaml:1) is passed over: spec.targetRefs names the gateway g; --label gateway.networking.k8s.io/gateway-name=g makes it this one",
  ],
  [
    "targets of another kind",
    [istio("name: a", "targetRef: {kind: Service, name: s}")],
    "WasmPlugin default/a (x.yaml:1) is passed over: spec.targetRefs names no Gateway of the gateway's namespace",
  ],
  [
    "servers",
    [istio("name: a", "match: [{mode: SERVER}]")],
    "WasmPlugin default/a (x.yaml:1) is passed over: spec.match leaves nothing of a gateway's traffic; a gateway's mode is CLIENT",
  ],
  [
    "an unknown phase",
    [istio("name: a", "phase: 9")],
    "WasmPlugin default/a (x.yaml:1) is passed over: spec.phase 9 is unknown",
  ],
  [
    "a plugin of which Higress makes nothing",
    [higress("name: a", "defaultConfigDisable: true")],
    "WasmPlugin default/a (x.yaml:1) is passed over: its default configuration is disabled, and no rule is left",
  ],
])("passes over %s", (_, manifests, reason) => {
  expect(chain(manifests).warnings).toEqual([reason]);
});

test("takes the options that the warnings name", () => {
  const plugins = [istio("name: a"), istio("name: b, namespace: team", "selector: {matchLabels: {app: edge}}")];
  expect(names(plugins, { gatewayNamespace: "team", labels: { app: "edge" } })).toEqual(["team.b"]);
});

test("takes namespace and name of the only Gateway of the Gateway API", () => {
  const gateway = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g, namespace: infra}\n";
  const targets = (name: string) => `targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: ${name}}]`;
  const plugins = [
    gateway,
    istio("name: a, namespace: infra", targets("g")),
    istio("name: b, namespace: infra", targets("other")),
    istio("name: c, namespace: istio-system", targets("g")),
    istio("name: d, namespace: istio-system", "selector: {matchLabels: {istio: ingressgateway}}"),
  ];
  expect(names(plugins)).toEqual(["infra.a", "istio-system.d"]);
});

test("takes the labels that an Istio Gateway selects", () => {
  const gateway =
    "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: g, namespace: infra}\nspec: {selector: {app: edge}}\n";
  expect(names([gateway, istio("name: a, namespace: infra", "selector: {matchLabels: {app: edge}}")])).toEqual([
    "infra.a",
  ]);
});

test("rejects a plugin that the control plane cannot decode", () => {
  expect(() => chain([istio("name: a", "match: [{ports: [{number: -1}]}]")])).toThrow(
    "x.yaml:4: spec.match[0].ports[0].number: expected an integer from 0 to 4294967295, got the number -1",
  );
  expect(() => chain([higress("name: a", "matchRules: [{}]")])).toThrow(
    "x.yaml:4: spec.matchRules[0]: the rule has neither",
  );
});
