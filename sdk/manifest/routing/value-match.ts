import type { FieldMatchSpec } from "../../spec/gateway-spec.js";

/** Istio takes the expression "*" for any value. */
export function valueMatch(how: string, value: string): Omit<FieldMatchSpec, "name"> {
  if (how === "regex") return value === "*" ? { present: true } : { regex: value };
  return how === "prefix" ? { prefix: value } : { exact: value };
}
