import type { IntegerSchema, ListSchema, ObjectSchema, Schema, TextSchema } from "./schema.js";

export const TEXT: TextSchema = { type: "string" };
export const FLAG: Schema = { type: "boolean" };
export const ANY: Schema = { type: "any" };

export const PHASE: TextSchema = { type: "string", oneOf: ["AUTHN", "AUTHZ", "STATS", "UNSPECIFIED_PHASE"] };
export const PULL_POLICY: TextSchema = { type: "string", oneOf: ["IfNotPresent", "Always", "UNSPECIFIED_POLICY"] };
export const VALUE_FROM: TextSchema = { type: "string", oneOf: ["INLINE", "HOST"] };

/** Neither CRD limits the priority, but both controllers decode the priority as an int32. */
export const PRIORITY: IntegerSchema = {
  type: "integer",
  range: [-(2 ** 31), 2 ** 31 - 1],
  reason: "the controller cannot decode the resource otherwise",
  nullable: true,
};

export const SHA256: TextSchema = {
  type: "string",
  pattern: /^([0-9a-f]{64})?$/,
  expected: '64 lower-case hexadecimal digits without "sha256:"',
};

export function list(items: Schema, more: Partial<ListSchema> = {}): ListSchema {
  return { type: "list", items, ...more };
}

export function object(fields: ObjectSchema["fields"], more: Partial<ObjectSchema> = {}): ObjectSchema {
  return { type: "object", fields, ...more };
}
