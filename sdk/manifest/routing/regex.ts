import { re2, substitutionProblem } from "../../spec/re2.js";
import { ManifestError } from "../manifest-error.js";
import type { Resource } from "../resource.js";

/** Returns the expression. Throws a ManifestError when it is invalid. */
export function checkedRegex(expression: string, resource: Resource, field: string): string {
  try {
    re2(expression);
    return expression;
  } catch (error) {
    throw new ManifestError(resource.position, `${field}: ${(error as Error).message}`);
  }
}

/** Throws a ManifestError when a substitution names a group that the expression does not have. */
export function checkSubstitution(pattern: string, substitution: string, resource: Resource, field: string): void {
  checkedRegex(pattern, resource, field);
  const problem = substitutionProblem(pattern, substitution);
  if (problem !== undefined) {
    throw new ManifestError(
      resource.position,
      `${field}: invalid substitution ${JSON.stringify(substitution)}: ${problem}`,
    );
  }
}
