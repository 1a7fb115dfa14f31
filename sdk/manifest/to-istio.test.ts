import { expect, test } from "vitest";
import { readResources } from "./read-resources.js";
import { toIstio } from "./to-istio.js";

function plugin(spec: string) {
  const lines = spec.split("\n").map((line) => `  ${line}`);
  const head = "apiVersion: extensions.higress.io/v1alpha1\nkind: WasmPlugin\nmetadata:\n  name: a\nspec:\n";
  return readResources(head + lines.join("\n"), "x.yaml")[0]!;
}

/** The spec of the converted plugin without its selector. */
function convert(spec: string): unknown {
  const istio = toIstio(plugin(spec));
  if (!istio) return undefined;
  const { selector, ...others } = istio.object["spec"] as Record<string, unknown>;
  expect(selector).toEqual({ matchLabels: { higress: "higress-system-higress-gateway" } });
  return others;
}

test("writes the resource with name and namespace only, and keeps its position", () => {
  const text =
    "apiVersion: extensions.higress.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: a, namespace: b, labels: {c: d}}\n";
  const [resource] = readResources(text, "x.yaml");
  expect(toIstio(resource!)).toEqual({
    apiVersion: "extensions.istio.io/v1alpha1",
    kind: "WasmPlugin",
    namespace: "b",
    name: "a",
    object: {
      apiVersion: "extensions.istio.io/v1alpha1",
      kind: "WasmPlugin",
      metadata: { name: "a", namespace: "b" },
      spec: { selector: { matchLabels: { higress: "higress-system-higress-gateway" } } },
    },
    position: { file: "x.yaml", line: 1 },
  });
});

test.each<[what: string, spec: string, istio: unknown]>([
  [
    "carries over the common fields",
    "url: oci://a/b:1\nsha256: ff\nimagePullPolicy: Always\nimagePullSecret: s\nverificationKey: k\npluginName: root\nphase: AUTHN\npriority: 0\nfailStrategy: FAIL_OPEN\nvmConfig: {env: [{name: A, value: b}, {name: C, valueFrom: HOST}]}",
    {
      url: "oci://a/b:1",
      sha256: "ff",
      imagePullPolicy: "Always",
      imagePullSecret: "s",
      verificationKey: "k",
      pluginName: "root",
      phase: "AUTHN",
      priority: 0,
      failStrategy: "FAIL_OPEN",
      vmConfig: {
        env: [
          { name: "A", value: "b" },
          { name: "C", valueFrom: "HOST" },
        ],
      },
    },
  ],
  [
    "leaves out defaults, null and what only Istio knows",
    "url: ''\nphase: UNSPECIFIED_PHASE\nfailStrategy: FAIL_CLOSE\npriority: null\npluginConfig: null\nvmConfig: {}\nselector: {matchLabels: {a: b}}\nmatch: [{mode: SERVER}]\ntype: NETWORK\ntargetRefs: []",
    { vmConfig: {} },
  ],
  [
    "gives pluginConfig precedence, even if empty",
    "pluginConfig: {}\ndefaultConfig: {a: 1}\ndefaultConfigDisable: true\nmatchRules: [{config: {b: 1}}]",
    { pluginConfig: {} },
  ],
  ["makes defaultConfig the configuration", "defaultConfig: {a: 1, m: null}", { pluginConfig: { a: 1, m: null } }],
  ["keeps a missing configuration missing", "defaultConfigDisable: false", {}],
  ["makes no configuration of an empty list of rules", "matchRules: []", {}],
  [
    "converts rules in their order",
    "defaultConfig: {a: 1}\nmatchRules:\n- {domain: [x.com], config: {b: 1}}\n- {ingress: [i], service: [s.static], domain: [y.com]}\n- {service: [t], domain: [], config: null}",
    {
      pluginConfig: {
        a: 1,
        _rules_: [
          { b: 1, _match_domain_: ["x.com"] },
          { _match_route_: ["i"], _match_service_: ["s.static"], _match_domain_: ["y.com"] },
          { _match_service_: ["t"] },
        ],
      },
    },
  ],
  [
    "overwrites only the matches that it writes itself",
    "defaultConfig: {_rules_: [1]}\nmatchRules: [{ingress: [i], config: {_match_route_: [x], _match_domain_: [z]}}]",
    { pluginConfig: { _rules_: [{ _match_route_: ["i"], _match_domain_: ["z"] }] } },
  ],
  [
    "leaves out a disabled default, and disabled rules",
    "defaultConfig: {a: 1}\ndefaultConfigDisable: true\nmatchRules: [{domain: [x], configDisable: true}, {domain: [z]}]",
    { pluginConfig: { _rules_: [{ _match_domain_: ["z"] }] } },
  ],
  [
    "keeps the default alone when all rules are disabled",
    "defaultConfig: {a: 1}\nmatchRules: [{configDisable: true}]",
    { pluginConfig: { a: 1 } },
  ],
  ["makes an empty configuration of disabled rules", "matchRules: [{configDisable: true}]", { pluginConfig: {} }],
  ["makes nothing of a disabled default without rules", "defaultConfig: {a: 1}\ndefaultConfigDisable: true", undefined],
  [
    "makes nothing of a disabled default with disabled rules",
    "defaultConfigDisable: true\nmatchRules: [{configDisable: true}]",
    undefined,
  ],
  [
    "loses the names of routes for gRPC",
    "matchRules: [{ingress: [a, b], routeType: GRPC}, {ingress: [c], routeType: HTTP}]",
    { pluginConfig: { _rules_: [{ _match_route_: ["GRPC", "GRPC"] }, { _match_route_: ["c"] }] } },
  ],
  [
    "takes snake_case names, numbers of enums, and a priority in quotes",
    "plugin_name: r\nphase: 2\nfail_strategy: 2\nimage_pull_policy: 7\npriority: '10'\nmatch_rules: [{domain: [x], config_disable: false, route_type: 1, ingress: [i]}]",
    {
      pluginName: "r",
      phase: "AUTHZ",
      failStrategy: "FAIL_RELOAD",
      imagePullPolicy: 7,
      priority: 10,
      pluginConfig: { _rules_: [{ _match_route_: ["GRPC"], _match_domain_: ["x"] }] },
    },
  ],
  ["prefers camelCase names, even with null", "plugin_name: a\npluginName: null", {}],
  [
    "reads null in a list of names as an empty name",
    "matchRules: [{domain: [null]}]",
    { pluginConfig: { _rules_: [{ _match_domain_: [""] }] } },
  ],
  [
    "reads YAML as kubectl does",
    "defaultConfig: {a: y, b: 017, c: 2001-12-14, d: 1, d: 2, yes: 9007199254740993}",
    { pluginConfig: { a: true, b: 15, c: "2001-12-14", d: 2, true: 9007199254740992 } },
  ],
])("%s", (_, spec, istio) => {
  expect(convert(spec)).toEqual(istio);
});

test.each([
  [
    "url: x\nmatchRules:\n- domain: [x]\n- config: {a: 1}",
    "9: spec.matchRules[1]: the rule has neither ingress nor service nor domain; Higress rejects the plugin",
  ],
  [
    "matchRules: [{domain: []}]",
    "6: spec.matchRules[0]: the rule has neither ingress nor service nor domain; Higress rejects the plugin",
  ],
  [
    "url: x\npriority: 2147483648",
    "7: spec.priority: expected an integer from -2147483648 to 2147483647, got the number 2147483648",
  ],
  ["priority: 1.5", "6: spec.priority: expected an integer from -2147483648 to 2147483647, got the number 1.5"],
  ["priority: high", '6: spec.priority: expected an integer from -2147483648 to 2147483647, got the string "high"'],
  ["phase: authn", '6: spec.phase: expected UNSPECIFIED_PHASE, AUTHN, AUTHZ, STATS, got the string "authn"'],
  ["failStrategy: FAIL_RELOAD", '6: spec.failStrategy: expected FAIL_CLOSE, FAIL_OPEN, got the string "FAIL_RELOAD"'],
  ["url: 5", "6: spec.url: expected a string, got the number 5"],
  ["defaultConfig: [a]", "6: spec.defaultConfig: expected an object, got a list"],
  ["defaultConfigDisable: 'true'", '6: spec.defaultConfigDisable: expected true or false, got the string "true"'],
  ["matchRules: {}", "6: spec.matchRules: expected a list, got an object"],
  ["matchRules:\n- domain: x.com", '7: spec.matchRules[0].domain: expected a list, got the string "x.com"'],
  ["matchRules:\n- domain:\n  - 5", "8: spec.matchRules[0].domain[0]: expected a string, got the number 5"],
  ["pluginConfig: {}\nmatchRules: [5]", "7: spec.matchRules[0]: expected an object, got the number 5"],
  ["vmConfig: {env: [{name: 1}]}", "6: spec.vmConfig.env[0].name: expected a string, got the number 1"],
])("rejects %j", (spec, message) => {
  expect(() => toIstio(plugin(spec))).toThrow(`x.yaml:${message}`);
});

test("rejects a spec that is no object", () => {
  const text = "apiVersion: extensions.higress.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: a}\nspec: [a]\n";
  expect(() => toIstio(readResources(text, "x.yaml")[0]!)).toThrow("x.yaml:4: spec: expected an object, got a list");
});
