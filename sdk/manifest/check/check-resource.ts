import { positionOf } from "../origin.js";
import type { Resource } from "../resource.js";
import { pathText } from "../path-text.js";
import type { Problem } from "./problem.js";
import { problemsOf } from "./problems-of.js";

/**
 * Checks a WasmPlugin of Higress or Istio, see `problemsOf`. Resources of other kinds have neither errors nor warnings.
 *
 * @returns a text per problem, with file, line and path
 * @example
 * checkResource(resource).errors; // ['wasmplugin.yaml:14: spec.phase: expected AUTHN, AUTHZ, …, got "authn"; did you mean "AUTHN"?']
 */
export function checkResource(resource: Resource): { errors: string[]; warnings: string[] } {
  const problems = problemsOf(resource);
  const texts = (wanted: Problem["severity"]) =>
    problems
      .filter(({ severity }) => severity === wanted)
      .map((problem) => `${positionText(resource, problem)}: ${problemText(problem)}`);
  return { errors: texts("error"), warnings: texts("warning") };
}

/** The path and the message of a problem. */
export function problemText({ path, message }: Problem): string {
  return path.length === 0 ? message : `${pathText(path)}: ${message}`;
}

/** File and line of a problem, or of what is nearest around a missing field. */
export function positionText(resource: Resource, { path, at = path }: Problem): string {
  const { file, line } = positionOf(resource, at);
  return line === undefined ? file : `${file}:${line}`;
}
