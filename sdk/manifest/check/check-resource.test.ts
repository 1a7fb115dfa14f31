import { expect, test } from "vitest";
import { higress, istio, withUrl, problemLines, type WrongManifest } from "../../../tests/support/manifest-problems.js";
import { readResources } from "../read-resources.js";
import { checkResource } from "./check-resource.js";

const SHA = "ab".repeat(32);

test.each([
  [
    "all fields of Higress",
    higress(`
  sha256: ${SHA}
  phase: AUTHN
  priority: -5
  failStrategy: FAIL_CLOSE
  imagePullPolicy: Always
  imagePullSecret: secret
  pluginName: root
  defaultConfig: { a: [1, { b: null }] }
  defaultConfigDisable: false
  matchRules:
    - { domain: ["*.example.com"], ingress: [default/foo], service: [a.dns:80], config: { b: 1 }, routeType: HTTP }
    - { configDisable: true }
  vmConfig: { env: [{ name: A, value: b }, { name: C, valueFrom: HOST }] }
status: { anything: true }`),
  ],
  [
    "all fields of Istio",
    istio(`
  sha256: ""
  phase: STATS
  priority: null
  failStrategy: FAIL_RELOAD
  imagePullPolicy: IfNotPresent
  imagePullSecret: secret
  pluginName: root
  pluginConfig: { _rules_: [{ _match_domain_: [a] }] }
  type: NETWORK
  selector: { matchLabels: { istio: ingressgateway } }
  match: [{ mode: SERVER, ports: [{ number: 80 }, { number: 65535 }] }]
  vmConfig: { env: [{ name: A, value: b, valueFrom: INLINE }, { name: C, valueFrom: HOST }] }`),
  ],
  [
    "a target",
    istio("  targetRefs: [{ kind: Gateway, group: gateway.networking.k8s.io, name: g }, { kind: Service, name: s }]"),
  ],
  [
    "labels and annotations",
    higress(
      "",
      '{ name: a.b-1, namespace: higress-system, labels: { a.b/C_d: "", e: X.1 }, annotations: { f/G: "*" } }',
    ),
  ],
  ["only disabled rules", higress("  matchRules: [{ configDisable: true }]")],
  ["rules of its own", higress("  defaultConfig: { _rules_: [] }\n  matchRules: [{ configDisable: true }]")],
  ["an image with a digest", withUrl(`oci://localhost:5000/a_b/c@sha256:${SHA}`)],
  ["an image without a scheme", withUrl("example.com/auth:1.0-rc.1", istio())],
  ["a file", withUrl("file:///opt/plugin.wasm", istio())],
  ["an address of http", withUrl("https://example.com:8443/plugin.wasm?a=b")],
  ["another kind", "apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { nonsense: 1 }"],
  ["another kind of Istio", "apiVersion: extensions.istio.io/v1alpha1\nkind: TrafficExtension\nmetadata: { name: a }"],
])("finds nothing wrong with %s", (_, manifest) => {
  expect(problemLines(manifest)).toEqual([]);
});

test.each<WrongManifest>([
  [
    "a kind that is misspelled",
    "apiVersion: extensions.higress.io/v1alpha1\nkind: WasmPlugn\nmetadata: { name: a }",
    '2: error: kind: extensions.higress.io/v1alpha1 has no kind "WasmPlugn"; did you mean "WasmPlugin"?',
  ],
  [
    "another version",
    "apiVersion: extensions.istio.io/v1beta1\nkind: WasmPlugin\nmetadata: { name: a }",
    '1: error: apiVersion: expected extensions.higress.io/v1alpha1 or extensions.istio.io/v1alpha1, got "extensions.istio.io/v1beta1"',
  ],
  [
    "no spec",
    "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: { name: a }",
    "1: error: spec: the field is missing; it holds the url of the plugin",
  ],
  [
    "an empty spec",
    "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: { name: a }\nspec:",
    "4: error: spec: expected an object, got null",
  ],
  [
    "a list as spec",
    "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: { name: a }\nspec: []",
    "4: error: spec: expected an object, got a list",
  ],
  [
    "an unknown field",
    higress() + "\nsepc: {}",
    '6: warning: sepc: the API server removes this unknown field; did you mean "spec"?',
  ],
  [
    "a field outside spec",
    higress() + "\nphase: AUTHN",
    "6: warning: phase: the API server removes this unknown field; write it into spec",
  ],
])("reports %s", (_, manifest, ...lines) => {
  expect(problemLines(manifest)).toEqual(lines);
});

test("reports all problems of a resource, and what surprises between resources", () => {
  const manifest = [
    higress("  phase: AUTHN\n  priority: 0"),
    higress("  phase: AUTHN", "{ name: b, namespace: higress-system }"),
    higress("  priority: 0"),
  ].join("\n---\n");
  expect(problemLines(manifest)).toEqual([
    "18: error: metadata.name: expected another name: WasmPlugin higress-system/auth is in m:1 already",
    "12: warning: spec.priority: without a priority, the plugin comes after all others of its phase, even after those with a negative priority",
  ]);
});

test("gives errors and warnings with file and line", () => {
  const [resource] = readResources(higress("  phase: authn\n  defaultConfg: {}"), "wasmplugin.yaml");
  expect(checkResource(resource!)).toEqual({
    errors: [
      'wasmplugin.yaml:6: spec.phase: expected AUTHN, AUTHZ, STATS or UNSPECIFIED_PHASE, got "authn"; did you mean "AUTHN"?',
    ],
    warnings: [
      'wasmplugin.yaml:7: spec.defaultConfg: the API server removes this unknown field; did you mean "defaultConfig"?',
    ],
  });
});
