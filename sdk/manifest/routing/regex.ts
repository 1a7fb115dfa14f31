import { re2, substitutionProblem } from "../../spec/re2.js";
import type { Field } from "./field.js";

/** Returns the expression. Throws a ManifestError for the field when the expression is invalid. */
export function checkedRegex(expression: string, field: Field): string {
  try {
    re2(expression);
    return expression;
  } catch (error) {
    throw field.error((error as Error).message);
  }
}

/** Throws a ManifestError for the field when a substitution names a group that the expression does not have. */
export function checkSubstitution(pattern: string, substitution: string, field: Field): void {
  checkedRegex(pattern, field);
  const problem = substitutionProblem(pattern, substitution);
  if (problem !== undefined) throw field.error(`invalid substitution ${JSON.stringify(substitution)}: ${problem}`);
}
