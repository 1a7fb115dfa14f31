import { expect, test } from "vitest";
import { readResources } from "./read-resources.js";
import { toHigress } from "./to-higress.js";
import { toIstio } from "./to-istio.js";

function plugin(spec: string) {
  const head = "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: a, namespace: b}\nspec:\n";
  return readResources(head + spec.replace(/^/gm, "  "), "x.yaml")[0]!;
}

test.each<[what: string, spec: string, higress: unknown]>([
  [
    "converts rules",
    "url: x\npriority: 5\npluginConfig: {a: 1, _rules_: [{_match_domain_: [d], b: 1}, {_match_route_: [r], _match_service_: [s]}]}",
    {
      url: "x",
      priority: 5,
      defaultConfig: { a: 1 },
      matchRules: [
        { domain: ["d"], config: { b: 1 } },
        { ingress: ["r"], service: ["s"] },
      ],
    },
  ],
  ["makes a configuration without rules the default", "pluginConfig: {a: 1}", { defaultConfig: { a: 1 } }],
  ["keeps an empty configuration", "pluginConfig: {}", { defaultConfig: {} }],
  ["keeps a missing configuration missing", "phase: STATS", { phase: "STATS" }],
  [
    "leaves rules without a default",
    "pluginConfig: {_rules_: [{_match_domain_: [d]}]}",
    { matchRules: [{ domain: ["d"] }] },
  ],
  [
    "leaves the prefix of a route in the rule's configuration",
    "pluginConfig: {_rules_: [{_match_domain_: [d], _match_route_prefix_: [p]}]}",
    { matchRules: [{ domain: ["d"], config: { _match_route_prefix_: ["p"] } }] },
  ],
])("%s, and back", (_, spec, higress) => {
  const istio = plugin(spec);
  const { resource, warnings } = toHigress(istio);
  expect(resource.object).toEqual({
    apiVersion: "extensions.higress.io/v1alpha1",
    kind: "WasmPlugin",
    metadata: { name: "a", namespace: "b" },
    spec: higress,
  });
  expect(warnings).toEqual([]);
  const selector = { matchLabels: { higress: "higress-system-higress-gateway" } };
  expect(toIstio(resource)?.object["spec"]).toEqual({ selector, ...(istio.object["spec"] as object) });
});

test.each([
  "{_rules_: [{_match_route_prefix_: [p], a: 1}]}",
  "{_rules_: [{_match_domain_: [d]}, {a: 1}]}",
  "{_rules_: [{_match_domain_: []}]}",
  "{_rules_: [{_match_domain_: [5]}]}",
  "{_rules_: [5]}",
  "{_rules_: []}",
  "{_rules_: {a: 1}}",
])("leaves %s in pluginConfig", (config) => {
  const istio = plugin(`pluginConfig: ${config}`);
  const { resource, warnings } = toHigress(istio);
  expect(resource.object["spec"]).toEqual(istio.object["spec"]);
  expect(warnings).toEqual(["x.yaml:5: spec.pluginConfig stays as it is, since matchRules cannot express its _rules_"]);
});

test.each([
  ["type: NETWORK", "x.yaml:5: spec.type: Higress has no plugins for TCP"],
  ["failStrategy: FAIL_RELOAD", "x.yaml:5: spec.failStrategy: Higress does not know FAIL_RELOAD"],
  ["match: [{ports: [{number: 80}]}]", "x.yaml:5: spec.match: Higress cannot restrict a plugin to some ports"],
  ["match: [{mode: SERVER}]", "x.yaml:5: spec.match: Higress cannot restrict a plugin to servers"],
])("rejects %s", (spec, message) => {
  expect(() => toHigress(plugin(spec))).toThrow(message);
});

test("warns about a selector and targets, which Higress does not have", () => {
  const { resource, warnings } = toHigress(
    plugin(
      "selector: {matchLabels: {app: x}}\ntargetRefs: [{kind: Gateway, name: g}]\nmatch: [{mode: CLIENT}]\ntype: HTTP",
    ),
  );
  expect(resource.object["spec"]).toEqual({});
  expect(warnings).toEqual([
    "x.yaml:5: spec.selector is left out; the plugin will run on Higress's gateway",
    "x.yaml:6: spec.targetRefs is left out; the plugin will run on Higress's gateway",
  ]);
});
