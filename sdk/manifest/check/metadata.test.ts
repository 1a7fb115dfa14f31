import { expect, test } from "vitest";
import { higress, istio, problemLines, type WrongManifest } from "../../../tests/support/manifest-problems.js";

const LOWER = 'expected lower-case letters, digits, "-" and "." such as "my-plugin"';
const OTHER_NAMESPACE = "Higress reads the WasmPlugins of the namespace that it is installed in";

test.each<WrongManifest>([
  [
    "a name with upper case",
    higress("", "{ name: Auth, namespace: higress-system }"),
    `3: error: metadata.name: ${LOWER}, got "Auth"`,
  ],
  [
    "a name with an underscore",
    higress("", "{ name: my_auth, namespace: higress-system }"),
    `3: error: metadata.name: ${LOWER}, got "my_auth"`,
  ],
  [
    "a name that is too long",
    higress("", `{ name: ${"a".repeat(254)}, namespace: higress-system }`),
    "3: error: metadata.name: expected at most 253 characters, got 254",
  ],
  [
    "a namespace with a dot",
    istio("", "{ name: auth, namespace: a.b }"),
    '3: error: metadata.namespace: expected at most 63 lower-case letters, digits and "-", got "a.b"',
  ],
  [
    "a namespace that Higress does not read",
    higress("", "{ name: a, namespace: default }"),
    `3: warning: metadata.namespace: expected "higress-system", got "default"; ${OTHER_NAMESPACE}`,
  ],
  [
    "no namespace",
    higress("", "{ name: a }"),
    `3: warning: metadata.namespace: expected "higress-system", got no namespace; ${OTHER_NAMESPACE}`,
  ],
  [
    "labels that are a list",
    istio("", "{ name: auth, labels: [a] }"),
    "3: error: metadata.labels: expected an object, got a list",
  ],
  [
    "a label that is a number",
    istio("", "{ name: auth, labels: { a: 1 } }"),
    "3: error: metadata.labels.a: expected a string, got 1; write it in quotes",
  ],
  [
    "a label with a space",
    istio("", '{ name: auth, labels: { a: "b c" } }'),
    '3: error: metadata.labels.a: expected at most 63 letters, digits, "-", "_" and ".", got "b c"',
  ],
  [
    "the key of a label with a star",
    istio("", '{ name: auth, labels: { "a*": b } }'),
    '3: error: metadata.labels["a*"]: expected a key of letters, digits, "-", "_" and ".", with an optional DNS name and "/" in front',
  ],
  [
    "an annotation that YAML reads as a boolean",
    istio("", "{ name: auth, annotations: { a: on } }"),
    "3: error: metadata.annotations.a: expected a string, got true; write it in quotes",
  ],
  [
    "an unknown field of metadata",
    istio("", "{ name: auth, label: {} }"),
    '3: warning: metadata.label: the API server removes this unknown field; did you mean "labels"?',
  ],
])("reports %s", (_, manifest, ...lines) => {
  expect(problemLines(manifest)).toEqual(lines);
});
