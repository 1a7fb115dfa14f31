import { expect, test } from "vitest";
import { higress, istio, problemLines, type WrongManifest } from "../../../tests/support/manifest-problems.js";

const SHA = "ab".repeat(32);
const INT32 = "expected -2147483648 to 2147483647";

test.each<WrongManifest>([
  [
    "a phase in lower case",
    higress("  phase: authn"),
    '6: error: spec.phase: expected AUTHN, AUTHZ, STATS or UNSPECIFIED_PHASE, got "authn"; did you mean "AUTHN"?',
  ],
  [
    "a phase that does not exist",
    istio("  phase: BEFORE"),
    '6: error: spec.phase: expected AUTHN, AUTHZ, STATS or UNSPECIFIED_PHASE, got "BEFORE"',
  ],
  [
    "the number of a phase",
    higress("  phase: 1"),
    "6: error: spec.phase: expected a string, got 1; write it in quotes",
  ],
  ["a phase without a value", higress("  phase:"), "6: error: spec.phase: expected a string, got null"],
  [
    "a priority in quotes",
    higress('  priority: "10"'),
    '6: error: spec.priority: expected an integer, got "10"; remove the quotes',
  ],
  ["a priority with a fraction", istio("  priority: 1.5"), "6: error: spec.priority: expected an integer, got 1.5"],
  [
    "a priority above int32",
    higress("  priority: 2147483648"),
    `6: error: spec.priority: ${INT32}, got 2147483648; the controller cannot decode the resource otherwise`,
  ],
  [
    "a priority below int32",
    istio("  priority: -2147483649"),
    `6: error: spec.priority: ${INT32}, got -2147483649; the controller cannot decode the resource otherwise`,
  ],
  [
    "a fail strategy with a letter too much",
    higress("  failStrategy: FAIL_CLOSED"),
    '6: error: spec.failStrategy: expected FAIL_CLOSE or FAIL_OPEN, got "FAIL_CLOSED"; did you mean "FAIL_CLOSE"?',
  ],
  [
    "a fail strategy that only Istio has",
    higress("  failStrategy: FAIL_RELOAD"),
    '6: error: spec.failStrategy: expected FAIL_CLOSE or FAIL_OPEN, got "FAIL_RELOAD"',
  ],
  [
    "a pull policy in lower case",
    higress("  imagePullPolicy: always"),
    '6: error: spec.imagePullPolicy: expected IfNotPresent, Always or UNSPECIFIED_POLICY, got "always"; did you mean "Always"?',
  ],
  [
    "a sha256 with its prefix",
    higress(`  sha256: "sha256:${SHA}"`),
    `6: error: spec.sha256: expected 64 lower-case hexadecimal digits without "sha256:", got "sha256:${SHA}"`,
  ],
  [
    "a sha256 in upper case",
    istio(`  sha256: ${"A".repeat(64)}`),
    `6: error: spec.sha256: expected 64 lower-case hexadecimal digits without "sha256:", got "${"A".repeat(64)}"`,
  ],
  [
    "a sha256 that is a number",
    istio("  sha256: 0123"),
    "6: error: spec.sha256: expected a string, got 83; write it in quotes",
  ],
  [
    "a configuration that is a text",
    higress("  defaultConfig: '{}'"),
    '6: error: spec.defaultConfig: expected an object, got "{}"',
  ],
  [
    "a configuration that is a list",
    istio("  pluginConfig: [1]"),
    "6: error: spec.pluginConfig: expected an object, got a list",
  ],
  [
    "a flag in quotes",
    higress('  defaultConfigDisable: "true"'),
    '6: error: spec.defaultConfigDisable: expected true or false, got "true"; remove the quotes',
  ],
  [
    "an object instead of a list of rules",
    higress("  matchRules: { domain: [a] }"),
    '6: error: spec.matchRules: expected a list, got an object; begin each item with "- "',
  ],
  [
    "a domain that is no list",
    higress("  matchRules:\n    - domain: example.com"),
    '7: error: spec.matchRules[0].domain: expected a list, got "example.com"; write ["example.com"]',
  ],
  [
    "a domain that is a number",
    higress("  matchRules:\n    - domain: [1.5]"),
    "7: error: spec.matchRules[0].domain[0]: expected a string, got 1.5; write it in quotes",
  ],
  [
    "an unknown route type",
    higress("  matchRules:\n    - domain: [a]\n      routeType: grpc"),
    '8: error: spec.matchRules[0].routeType: expected HTTP or GRPC, got "grpc"; did you mean "GRPC"?',
  ],
  [
    "a variable whose value is a number",
    higress("  vmConfig:\n    env:\n      - name: A\n        value: 1"),
    "9: error: spec.vmConfig.env[0].value: expected a string, got 1; write it in quotes",
  ],
  [
    "a misspelled field",
    higress("  defaultConfg: {}"),
    '6: warning: spec.defaultConfg: the API server removes this unknown field; did you mean "defaultConfig"?',
  ],
  [
    "a field in snake case",
    istio("  plugin_config: {}"),
    '6: warning: spec.plugin_config: the API server removes this unknown field; did you mean "pluginConfig"?',
  ],
  [
    "a field of nothing",
    higress("  replicas: 2"),
    "6: warning: spec.replicas: the API server removes this unknown field",
  ],
  [
    "a misspelled field of a rule",
    higress("  matchRules:\n    - domain: [a]\n      confg: {}"),
    '8: warning: spec.matchRules[0].confg: the API server removes this unknown field; did you mean "config"?',
  ],
  [
    "a misspelled field of a variable",
    istio("  vmConfig: { env: [{ name: A, val: b }] }"),
    "6: warning: spec.vmConfig.env[0].val: the API server removes this unknown field",
  ],
  [
    "a selector for Higress",
    higress("  selector: {}"),
    "6: warning: spec.selector: the API server removes this unknown field; only Istio's WasmPlugin has selector; Higress runs the plugin on its own gateway, for HTTP",
  ],
  [
    "a type for Higress",
    higress("  type: NETWORK"),
    "6: warning: spec.type: the API server removes this unknown field; only Istio's WasmPlugin has type; Higress runs the plugin on its own gateway, for HTTP",
  ],
  [
    "a default for Istio",
    istio("  defaultConfig: {}"),
    "6: warning: spec.defaultConfig: the API server removes this unknown field; only Higress's WasmPlugin has defaultConfig; Istio's has pluginConfig",
  ],
  [
    "rules for Istio",
    istio("  matchRules: []"),
    "6: warning: spec.matchRules: the API server removes this unknown field; only Higress's WasmPlugin has matchRules; as-proxy-wasm manifest convert writes both as pluginConfig",
  ],
])("reports %s", (_, manifest, ...lines) => {
  expect(problemLines(manifest)).toEqual(lines);
});
