import type { JsonValue } from "../spec/json.js";

/** The kind of a JSON value in words for errors: "a list", "an object", "the number 5". */
export function describe(value: JsonValue | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "boolean":
      return `the boolean ${value}`;
    case "number":
      return `the number ${value}`;
    case "string":
      return `the string ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)}`;
    case "object":
      return "an object";
  }
}
