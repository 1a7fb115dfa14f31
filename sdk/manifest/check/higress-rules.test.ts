import { expect, test } from "vitest";
import { higress, problemLines, type WrongManifest } from "../../../tests/support/manifest-problems.js";

const REJECTED = "the controller rejects the whole resource otherwise";

test.each<WrongManifest>([
  [
    "an open check",
    higress("  phase: AUTHZ\n  failStrategy: FAIL_OPEN"),
    "7: warning: spec.failStrategy: with FAIL_OPEN, requests pass without the AUTHZ check when the plugin fails or cannot be loaded; FAIL_CLOSE rejects them",
  ],
  [
    "a key for signatures",
    higress("  verificationKey: abc"),
    "6: warning: spec.verificationKey: neither Istio nor Higress checks signatures; use sha256",
  ],
  [
    "a rule without a condition",
    higress("  matchRules:\n    - domain: [a]\n    - config: {}"),
    `8: error: spec.matchRules[1]: expected a domain, ingress or service; ${REJECTED}`,
  ],
  [
    "a rule with empty conditions",
    higress("  matchRules:\n    - { domain: [], ingress: [], service: [] }"),
    `7: error: spec.matchRules[0]: expected a domain, ingress or service; ${REJECTED}`,
  ],
  [
    "an ingress of gRPC",
    higress("  matchRules:\n    - ingress: [a]\n      routeType: GRPC"),
    '8: warning: spec.matchRules[0].routeType: the controller replaces each name in ingress by "GRPC", which matches no route; use domain or service',
  ],
  [
    "a key that the controller makes itself",
    higress("  matchRules:\n    - domain: [a]\n      config: { _match_domain_: [b], _match_route_: [c] }"),
    "8: warning: spec.matchRules[0].config._match_domain_: the controller overwrites _match_domain_ with the rule's domain",
  ],
  [
    "rules in the default next to rules",
    higress("  defaultConfig: { _rules_: [] }\n  matchRules: [{ domain: [a] }]"),
    "6: warning: spec.defaultConfig._rules_: the controller overwrites _rules_ with the rules of matchRules",
  ],
  [
    "an integer that a double cannot hold",
    higress("  defaultConfig:\n    ids:\n      - 9007199254740993"),
    "8: warning: spec.defaultConfig.ids[0]: the controller rounds integers above 9007199254740991; write the number in quotes",
  ],
  [
    "pluginConfig next to defaultConfig",
    higress("  pluginConfig: {}\n  defaultConfig: { a: 1 }\n  matchRules: [{}]"),
    "7: warning: spec.defaultConfig: the controller ignores the field next to pluginConfig",
    "8: warning: spec.matchRules: the controller ignores the field next to pluginConfig",
  ],
  [
    "a plugin that is off",
    higress("  defaultConfigDisable: true\n  matchRules: [{ configDisable: true, domain: [a] }]"),
    "6: warning: spec.defaultConfigDisable: the gateway does not get the plugin: defaultConfigDisable is true and no rule is enabled",
  ],
  [
    "a variable without a name for Higress",
    higress("  vmConfig: { env: [{ value: a }] }"),
    "6: error: spec.vmConfig.env[0].name: expected the name of the variable",
  ],
  [
    "a variable twice for Higress",
    higress("  vmConfig: { env: [{ name: A }, { name: A }] }"),
    '6: error: spec.vmConfig.env[1].name: expected another name, got "A" again',
  ],
  [
    "a variable of the host with a value for Higress",
    higress("  vmConfig: { env: [{ name: A, value: b, valueFrom: HOST }] }"),
    "6: warning: spec.vmConfig.env[0].value: the value is ignored: with valueFrom: HOST it comes from the gateway",
  ],
])("reports %s", (_, manifest, ...lines) => {
  expect(problemLines(manifest)).toEqual(lines);
});
