import type { JsonObject } from "../../spec/json.js";
import type { Path, Problems } from "./problem.js";

/**
 * What a field may hold. The types are those of a CRD's structural schema, as far as WasmPlugins need them. A rule stands
 * for a validation in CEL: it runs when the value has the right type.
 */
export type Schema = TextSchema | IntegerSchema | BooleanSchema | ListSchema | MapSchema | ObjectSchema | AnySchema;

/** A further check of a value. */
export type Rule<Value> = (value: Value, path: Path, problems: Problems) => void;

export interface TextSchema {
  type: "string";
  /** The only values. */
  oneOf?: readonly string[];
  /** The least and the greatest number of characters. */
  length?: readonly [least: number, most: number];
  pattern?: RegExp;
  /** What the pattern means, for the message. */
  expected?: string;
  rule?: Rule<string>;
}

export interface IntegerSchema {
  type: "integer";
  range?: readonly [least: number, most: number];
  /** Why the range is needed, for the message. */
  reason?: string;
  nullable?: true;
}

export interface BooleanSchema {
  type: "boolean";
}

export interface ListSchema {
  type: "list";
  items: Schema;
  most?: number;
  /** The field that differs from item to item. */
  key?: string;
}

/** An object with names of the user's choice. */
export interface MapSchema {
  type: "map";
  values: Schema;
  most?: number;
  rule?: Rule<JsonObject>;
}

/** An object with known fields. The API server removes all others. */
export interface ObjectSchema {
  type: "object";
  fields: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  rule?: Rule<JsonObject>;
}

/** An object whose content the API server leaves alone. */
export interface AnySchema {
  type: "any";
}
