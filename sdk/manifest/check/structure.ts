import { anyOf, closestName } from "../../options/unknown-option.js";
import { isJsonObject, type JsonObject, type JsonValue } from "../../spec/json.js";
import { valueText, type Path, type Problems } from "./problem.js";
import type { IntegerSchema, ListSchema, MapSchema, ObjectSchema, Schema, TextSchema } from "./schema.js";

/** Says more about a field that the API server removes; undefined for a field about which nothing is known. */
export type ExplainUnknown = (path: Path) => string | undefined;

/**
 * Compares a value with a schema, as the API server does: a wrong value is an error, an unknown field a warning.
 *
 * @param explain adds to the warning about an unknown field
 */
export function checkStructure(
  value: JsonValue,
  schema: Schema,
  path: Path,
  problems: Problems,
  explain: ExplainUnknown = () => undefined,
): void {
  if (value === null && schema.type === "integer" && schema.nullable) return;
  if (!hasType(value, schema)) {
    problems.error(path, `expected ${TYPES[schema.type]}, got ${valueText(value)}${hint(value, schema)}`);
    return;
  }
  const inner = (child: JsonValue, childSchema: Schema, step: string | number) =>
    checkStructure(child, childSchema, [...path, step], problems, explain);
  switch (schema.type) {
    case "string":
      return checkText(value as string, schema, path, problems);
    case "integer":
      return checkInteger(value as number, schema, path, problems);
    case "list":
      return checkList(value as JsonValue[], schema, path, problems, inner);
    case "map":
      return checkMap(value as JsonObject, schema, path, problems, inner);
    case "object":
      return checkObject(value as JsonObject, schema, path, problems, inner, explain);
  }
}

type Inner = (child: JsonValue, schema: Schema, step: string | number) => void;

const TYPES: Readonly<Record<Schema["type"], string>> = {
  ...{ string: "a string", integer: "an integer", boolean: "true or false" },
  ...{ list: "a list", map: "an object", object: "an object", any: "an object" },
};

function hasType(value: JsonValue, { type }: Schema): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "list") return Array.isArray(value);
  if (type === "string" || type === "boolean") return typeof value === type;
  return isJsonObject(value);
}

/** How to write the value that was meant. */
function hint(value: JsonValue, { type }: Schema): string {
  if (type === "string" && (typeof value === "number" || typeof value === "boolean")) return "; write it in quotes";
  const wasQuoted = typeof value === "string" && (type === "integer" ? /^-?\d+$/ : /^(true|false)$/).test(value);
  if (wasQuoted && (type === "integer" || type === "boolean")) return "; remove the quotes";
  if (type === "list" && typeof value === "string") return `; write [${JSON.stringify(value)}]`;
  if (type === "list" && isJsonObject(value)) return '; begin each item with "- "';
  return "";
}

function checkText(value: string, schema: TextSchema, path: Path, problems: Problems): void {
  const { oneOf, length, pattern, expected, rule } = schema;
  if (oneOf && !oneOf.includes(value)) {
    const closest = closestName(value, oneOf);
    const meant = closest === undefined ? "" : `; did you mean "${closest}"?`;
    return problems.error(path, `expected ${anyOf(oneOf)}, got ${valueText(value)}${meant}`);
  }
  if (length) {
    const [least, most] = length;
    // The API server counts code points.
    const size = [...value].length;
    if (size < least) return problems.error(path, "expected a text that is not empty");
    if (size > most) return problems.error(path, `expected at most ${most} characters, got ${size}`);
  }
  if (pattern && !pattern.test(value)) return problems.error(path, `expected ${expected}, got ${valueText(value)}`);
  rule?.(value, path, problems);
}

function checkInteger(value: number, { range, reason }: IntegerSchema, path: Path, problems: Problems): void {
  if (!range || (value >= range[0] && value <= range[1])) return;
  const why = reason === undefined ? "" : `; ${reason}`;
  problems.error(path, `expected ${range[0]} to ${range[1]}, got ${value}${why}`);
}

function checkList(value: JsonValue[], schema: ListSchema, path: Path, problems: Problems, inner: Inner): void {
  const { items, most, key } = schema;
  if (most !== undefined && value.length > most) {
    problems.error(path, `expected at most ${most} items, got ${value.length}`);
  }
  const seen = new Map<JsonValue, number>();
  for (const [index, item] of value.entries()) {
    inner(item, items, index);
    const name = key !== undefined && isJsonObject(item) ? item[key] : undefined;
    if (name === undefined) continue;
    const first = seen.get(name);
    if (first === undefined) seen.set(name, index);
    else problems.error([...path, index, key!], `expected another ${key} than item ${first}, got ${valueText(name)}`);
  }
}

function checkMap(value: JsonObject, schema: MapSchema, path: Path, problems: Problems, inner: Inner): void {
  const { values, most, rule } = schema;
  const size = Object.keys(value).length;
  if (most !== undefined && size > most) problems.error(path, `expected at most ${most} entries, got ${size}`);
  for (const [name, child] of Object.entries(value)) inner(child, values, name);
  rule?.(value, path, problems);
}

function checkObject(
  value: JsonObject,
  { fields, required = [], rule }: ObjectSchema,
  path: Path,
  problems: Problems,
  inner: Inner,
  explain: ExplainUnknown,
): void {
  for (const name of required) if (!Object.hasOwn(value, name)) problems.error([...path, name], "the field is missing");
  for (const [name, child] of Object.entries(value)) {
    if (Object.hasOwn(fields, name)) inner(child, fields[name]!, name);
    else problems.warn([...path, name], unknownField(name, Object.keys(fields), explain([...path, name])));
  }
  rule?.(value, path, problems);
}

/** The warning about a field that the schema does not have. */
export function unknownField(name: string, known: readonly string[], explanation?: string): string {
  const closest = closestName(name, known);
  const more = explanation ?? (closest === undefined ? undefined : `did you mean "${closest}"?`);
  return `the API server removes this unknown field${more === undefined ? "" : `; ${more}`}`;
}
