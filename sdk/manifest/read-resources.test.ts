import { expect, test } from "vitest";
import { checkUnique } from "./check-unique.js";
import { manifestText } from "./manifest-text.js";
import { positionOf } from "./origin.js";
import { readResources } from "./read-resources.js";

function failure(text: string): string {
  try {
    readResources(text, "x.yaml");
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("no error");
}

test("reads the resources of several documents, and passes over empty ones", () => {
  const text = `# first
apiVersion: v1
kind: Service
metadata:
  name: a
---
---
# nothing
---
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: b, namespace: team}
`;
  expect(readResources(text, "x.yaml")).toEqual([
    {
      apiVersion: "v1",
      kind: "Service",
      namespace: "default",
      name: "a",
      object: { apiVersion: "v1", kind: "Service", metadata: { name: "a" } },
      position: { file: "x.yaml", line: 2 },
    },
    {
      apiVersion: "extensions.istio.io/v1alpha1",
      kind: "WasmPlugin",
      namespace: "team",
      name: "b",
      object: {
        apiVersion: "extensions.istio.io/v1alpha1",
        kind: "WasmPlugin",
        metadata: { name: "b", namespace: "team" },
      },
      position: { file: "x.yaml", line: 10 },
    },
  ]);
});

test("takes lists apart, typed ones and lists in lists too", () => {
  const text = `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata: {name: a}
- apiVersion: extensions.higress.io/v1alpha1
  kind: WasmPluginList
  items:
  - metadata: {name: b}
  - metadata: {name: c}
`;
  const resources = readResources(text, "x.yaml");
  expect(resources.map(({ apiVersion, kind, name, position }) => [apiVersion, kind, name, position.line])).toEqual([
    ["v1", "Service", "a", 4],
    ["extensions.higress.io/v1alpha1", "WasmPlugin", "b", 10],
    ["extensions.higress.io/v1alpha1", "WasmPlugin", "c", 11],
  ]);
  expect(readResources("apiVersion: v1\nkind: List\nitems:\n", "x.yaml")).toEqual([]);
});

test("reads JSON as kubectl does", () => {
  const json = JSON.stringify({ apiVersion: "v1", kind: "Service", metadata: { name: "\ud83d\ude00 /" } }, null, "\t");
  const escaped = json.replace("\ud83d\ude00 /", "\\ud83d\\ude00 \\/");
  expect(readResources(`\n${escaped}`, "x.json")[0]).toMatchObject({ name: "\ud83d\ude00 /" });
  expect(readResources(`\n${json}`, "x.json")[0]?.position).toEqual({ file: "x.json", line: 2 });
});

/** Resources as JSON, one per name. */
const objects = (...names: string[]) =>
  names.map((name) => JSON.stringify({ apiVersion: "v1", kind: "Service", metadata: { name } }, null, 1));
const YAML = "apiVersion: v1\nkind: Service\nmetadata: {name: z}\n";

test.each([
  [objects("a", "b", "c").join("\n"), ["a:1", "b:8", "c:15"]],
  [objects("{", '}"{').join(""), ["{:1", '}"{:7']],
  [`${objects("a")[0]}\n---\n${YAML}---\n${objects("b")[0]}`, ["a:1", "z:9", "b:13"]],
  [`${objects("a")[0]} ---\n${YAML}`, ["a:1", "z:8"]],
  [`${objects("a")[0]}\n${YAML}`, ["a:1", "z:8"]],
  [`\n${objects("a")[0]}\n\n`, ["a:2"]],
])("reads JSON objects one behind the other, and YAML behind the first: %j", (text, expected) => {
  const found = readResources(text, "x.json").map(({ name, position }) => `${name}:${position.line}`);
  expect(found).toEqual(expected);
});

test.each([
  [`${objects("a", "b").join("\n")}\n---\n${YAML}`, "x.yaml:14: expected another JSON object behind the JSON objects"],
  [`${objects("a", "b").join("\n")}\n{"a": 1,}`, "x.yaml:14: expected another JSON object behind the JSON objects"],
  [`${objects("a")[0]}\n{"a": @}`, 'x.yaml:8: a text cannot begin with "@"; put it in quotes'],
])("does not pass over what follows JSON: %j", (text, message) => {
  expect(failure(text)).toBe(message);
});

test.each([
  ["- a", "x.yaml:1: expected a resource with apiVersion, kind and metadata, got a list"],
  ["hello", 'x.yaml:1: expected a resource with apiVersion, kind and metadata, got the string "hello"'],
  ["a: 1\n---\n42", "x.yaml:1: apiVersion is missing"],
  ["apiversion: v1\nkind: A", 'x.yaml:1: apiVersion is missing; did you mean apiVersion instead of "apiversion"?'],
  ["apiVersion: 1\nkind: A", "x.yaml:1: apiVersion: expected a string, got the number 1; put it in quotes"],
  ["apiVersion: v1", "x.yaml:1: kind is missing"],
  ["apiVersion: v1\nkind: ''", "x.yaml:2: kind is empty"],
  ["apiVersion: v1\nkind: [A]", "x.yaml:2: kind: expected a string, got a list"],
  ["apiVersion: v1\nkind: A", "x.yaml:1: metadata is missing; a resource needs metadata.name"],
  ["apiVersion: v1\nkind: A\nmetadata: a", 'x.yaml:3: metadata: expected an object, got the string "a"'],
  ["apiVersion: v1\nkind: A\nmetadata:\n  namespace: a", "x.yaml:3: metadata.name is missing"],
  [
    "apiVersion: v1\nkind: A\nmetadata:\n  name: on",
    "x.yaml:4: metadata.name: expected a string, got the boolean true; put it in quotes",
  ],
  [
    "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  namespace: 7",
    "x.yaml:5: metadata.namespace: expected a string, got the number 7; put it in quotes",
  ],
  ["apiVersion: v1\nkind: List\nitems: 5", "x.yaml:3: items: expected a list, got the number 5"],
  [
    "apiVersion: v1\nkind: List\nitems:\n- a",
    'x.yaml:4: expected a resource with apiVersion, kind and metadata, got the string "a"',
  ],
  ["apiVersion: v1\nkind: List\nitems:\n- kind: A", "x.yaml:4: apiVersion is missing"],
])("says what is wrong with %j", (text, message) => {
  expect(failure(text)).toBe(message);
});

test("finds the position of a field, in a list too", () => {
  const text =
    "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: A\n  metadata: {name: a}\n  spec:\n    b: 1\n";
  const [resource] = readResources(text, "x.yaml");
  expect(positionOf(resource!, ["spec", "b"])).toEqual({ file: "x.yaml", line: 8 });
  expect(positionOf(resource!, ["spec", "missing"])).toEqual({ file: "x.yaml", line: 7 });
  expect(positionOf(resource!, [])).toEqual({ file: "x.yaml", line: 4 });
});

test("names both positions of two resources with one name", () => {
  const resource = (apiVersion: string, name: string) =>
    `apiVersion: ${apiVersion}\nkind: WasmPlugin\nmetadata: {name: ${name}}\n`;
  const first = readResources(`${resource("a.io/v1", "x")}---\n${resource("b.io/v1", "x")}`, "1.yaml");
  expect(() => checkUnique(first)).not.toThrow();
  const second = readResources(`${resource("a.io/v1", "z")}---\n${resource("b.io/v2", "x")}`, "2.yaml");
  expect(() => checkUnique([...first, ...second])).toThrow(
    "2.yaml:5: WasmPlugin default/x is already in 1.yaml:5; give one of them another name",
  );
});

test("decodes UTF-8 and UTF-16, and rejects other bytes", () => {
  expect(manifestText(Buffer.from("a: é"), "x.yaml")).toBe("a: é");
  expect(manifestText(Buffer.from("\ufeffa: é", "utf16le"), "x.yaml")).toBe("a: é");
  expect(manifestText(Buffer.from("\ufeffa: é", "utf16le").swap16(), "x.yaml")).toBe("a: é");
  expect(() => manifestText(Buffer.from([0x61, 0x0a, 0xff]), "x.yaml")).toThrow("x.yaml:2: the file is not UTF-8");
});
