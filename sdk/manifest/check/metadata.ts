import { isJsonObject, type JsonObject, type JsonValue } from "../../spec/json.js";
import { valueText, type Path, type Problems } from "./problem.js";
import { unknownField } from "./structure.js";

const FIELDS = [
  ...["name", "namespace", "labels", "annotations", "generateName", "finalizers", "ownerReferences", "uid"],
  ...["resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"],
  ...["managedFields", "selfLink"],
];

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const WORD = /^[A-Za-z0-9]([-\w.]*[A-Za-z0-9])?$/;

/** Checks `metadata` as the API server does for every kind: name, namespace, labels and annotations. */
export function checkMetadata(metadata: JsonValue | undefined, problems: Problems): void {
  const path = ["metadata"];
  if (metadata === undefined) return problems.error(path, "the field is missing; it holds the name of the resource");
  if (!isJsonObject(metadata)) return problems.error(path, `expected an object, got ${valueText(metadata)}`);
  checkName(metadata, problems);
  const { namespace, labels, annotations } = metadata;
  if (namespace !== undefined && namespace !== null) checkNamespace(namespace, problems);
  checkTexts(labels, [...path, "labels"], problems, checkLabel);
  checkTexts(annotations, [...path, "annotations"], problems);
  for (const name of Object.keys(metadata)) {
    if (!FIELDS.includes(name)) problems.warn([...path, name], unknownField(name, FIELDS));
  }
}

function checkName({ name, generateName }: JsonObject, problems: Problems): void {
  const path = ["metadata", "name"];
  if (name === undefined || name === null || name === "") {
    const hint = generateName === undefined ? "" : "; only kubectl create takes generateName";
    return problems.error(path, `the name of the resource is missing${hint}`);
  }
  if (typeof name !== "string")
    return problems.error(path, `expected a string, got ${valueText(name)}; write it in quotes`);
  if (name.length > 253) return problems.error(path, `expected at most 253 characters, got ${name.length}`);
  if (SUBDOMAIN.test(name)) return;
  problems.error(path, `expected lower-case letters, digits, "-" and "." such as "my-plugin", got ${valueText(name)}`);
}

function checkNamespace(namespace: JsonValue, problems: Problems): void {
  const path = ["metadata", "namespace"];
  if (typeof namespace !== "string") {
    return problems.error(path, `expected a string, got ${valueText(namespace)}; write it in quotes`);
  }
  if (namespace === "" || (LABEL.test(namespace) && namespace.length <= 63)) return;
  problems.error(path, `expected at most 63 lower-case letters, digits and "-", got ${valueText(namespace)}`);
}

/** Labels or annotations: an object of texts, whose keys are names with an optional domain in front. */
function checkTexts(
  texts: JsonValue | undefined,
  path: Path,
  problems: Problems,
  checkValue: (value: string, path: Path, problems: Problems) => void = () => {},
): void {
  if (texts === undefined || texts === null) return;
  if (!isJsonObject(texts)) return problems.error(path, `expected an object, got ${valueText(texts)}`);
  for (const [key, value] of Object.entries(texts)) {
    const at = [...path, key];
    if (!isQualifiedName(key)) {
      problems.error(
        at,
        'expected a key of letters, digits, "-", "_" and ".", with an optional DNS name and "/" in front',
      );
    }
    if (value === null) continue;
    if (typeof value === "string") checkValue(value, at, problems);
    else problems.error(at, `expected a string, got ${valueText(value)}; write it in quotes`);
  }
}

function checkLabel(value: string, path: Path, problems: Problems): void {
  if (value === "" || (WORD.test(value) && value.length <= 63)) return;
  problems.error(path, `expected at most 63 letters, digits, "-", "_" and ".", got ${valueText(value)}`);
}

function isQualifiedName(key: string): boolean {
  const [name, domain, ...more] = key.split("/").reverse();
  if (more.length > 0 || !WORD.test(name!) || name!.length > 63) return false;
  return domain === undefined || (SUBDOMAIN.test(domain) && domain.length <= 253);
}
