import { expect, test } from "vitest";
import { istio, withUrl, problemLines, type WrongManifest } from "../../../tests/support/manifest-problems.js";

test.each<WrongManifest>([
  [
    "no url for Istio",
    withUrl("x", istio("  phase: AUTHN")).replace("  url: x\n", ""),
    "4: error: spec.url: the field is missing",
  ],
  ["an empty url for Istio", withUrl('""', istio()), "5: error: spec.url: expected a text that is not empty"],
  [
    "an empty pull secret",
    istio('  imagePullSecret: ""'),
    "6: error: spec.imagePullSecret: expected a text that is not empty",
  ],
  [
    "a plugin name that is too long",
    istio(`  pluginName: ${"é".repeat(257)}`),
    "6: error: spec.pluginName: expected at most 256 characters, got 257",
  ],
  [
    "a port of 0",
    istio("  match: [{ ports: [{ number: 0 }] }]"),
    "6: error: spec.match[0].ports[0].number: expected 1 to 65535, got 0",
  ],
  [
    "a port without a number",
    istio("  match: [{ ports: [{}] }]"),
    "6: error: spec.match[0].ports[0].number: the field is missing",
  ],
  [
    "a port twice",
    istio("  match:\n    - ports:\n        - number: 80\n        - number: 80"),
    "9: error: spec.match[0].ports[1].number: expected another number than item 0, got 80",
  ],
  [
    "an unknown mode",
    istio("  match: [{ mode: BOTH }]"),
    '6: error: spec.match[0].mode: expected CLIENT, SERVER, CLIENT_AND_SERVER or UNDEFINED, got "BOTH"',
  ],
  [
    "a selector with a star in a value",
    istio('  selector: { matchLabels: { app: "a*" } }'),
    '6: error: spec.selector.matchLabels.app: expected a label without "*": a selector takes no wildcards',
  ],
  [
    "a selector with a star in a key",
    istio('  selector: { matchLabels: { "app*": a } }'),
    '6: error: spec.selector.matchLabels["app*"]: expected a label without "*": a selector takes no wildcards',
  ],
  [
    "a selector with an empty key",
    istio('  selector: { matchLabels: { "": a } }'),
    '6: error: spec.selector.matchLabels[""]: expected the name of a label',
  ],
  [
    "a selector and a target",
    istio("  selector: {}\n  targetRefs: [{ kind: Service, name: a }]"),
    "7: error: spec.targetRefs: expected only one of selector and targetRefs",
  ],
  [
    "a target of another namespace",
    istio("  targetRefs: [{ kind: Service, name: a, namespace: b }]"),
    "6: error: spec.targetRefs[0].namespace: expected no namespace: a plugin targets resources of its own namespace only",
  ],
  [
    "a target without a name",
    istio("  targetRef: { kind: Service }"),
    "6: error: spec.targetRef.name: the field is missing",
  ],
  [
    "a target of a wrong kind",
    istio("  targetRefs: [{ kind: Deployment, group: apps, name: a }]"),
    '6: error: spec.targetRefs[0].kind: expected Gateway, GatewayClass, Service or ServiceEntry, got "Deployment"',
  ],
  [
    "a target of a wrong group",
    istio("  targetRefs: [{ kind: Gateway, name: a }]"),
    '6: error: spec.targetRefs[0].group: expected "gateway.networking.k8s.io" for a Gateway, got ""',
  ],
  [
    "too many targets",
    istio(`  targetRefs: [${Array(17).fill("{ kind: Service, name: a }").join(", ")}]`),
    "6: error: spec.targetRefs: expected at most 16 items, got 17",
  ],
  [
    "a variable without a name",
    istio("  vmConfig: { env: [{ value: a }] }"),
    "6: error: spec.vmConfig.env[0].name: the field is missing",
  ],
  [
    "a variable twice",
    istio("  vmConfig: { env: [{ name: A }, { name: A }] }"),
    '6: error: spec.vmConfig.env[1].name: expected another name than item 0, got "A"',
  ],
  [
    "a variable of the host with a value",
    istio("  vmConfig: { env: [{ name: A, value: b, valueFrom: HOST }] }"),
    "6: error: spec.vmConfig.env[0].value: expected no value with valueFrom: HOST; the value comes from the gateway",
  ],
])("reports %s", (_, manifest, ...lines) => {
  expect(problemLines(manifest)).toEqual(lines);
});
