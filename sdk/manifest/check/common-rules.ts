import { isJsonObject, type JsonObject, type JsonValue } from "../../spec/json.js";
import type { Path, Problems } from "./problem.js";

/** Checks what both CRDs accept and what goes wrong in the cluster. */
export function checkCommonRules(spec: JsonObject, problems: Problems): void {
  const { phase, failStrategy, verificationKey } = spec;
  if (failStrategy === "FAIL_OPEN" && (phase === "AUTHN" || phase === "AUTHZ")) {
    const effect = `requests pass without the ${phase} check when the plugin fails or cannot be loaded`;
    problems.warn(["spec", "failStrategy"], `with FAIL_OPEN, ${effect}; FAIL_CLOSE rejects them`);
  }
  if (typeof verificationKey === "string" && verificationKey !== "") {
    problems.warn(["spec", "verificationKey"], "neither Istio nor Higress checks signatures; use sha256");
  }
}

/** Checks numbers of a configuration: the controllers keep them as doubles. */
export function checkNumbers(value: JsonValue | undefined, path: Path, problems: Problems): void {
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    problems.warn(path, "the controller rounds integers above 9007199254740991; write the number in quotes");
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkNumbers(item, [...path, index], problems);
  } else if (isJsonObject(value)) {
    for (const [name, child] of Object.entries(value)) checkNumbers(child, [...path, name], problems);
  }
}
