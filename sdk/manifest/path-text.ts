import type { Path } from "./yaml/lines.js";

/**
 * A path as people write it.
 *
 * @example
 * pathText(["spec", "matchRules", 1, "config"]); // "spec.matchRules[1].config"
 * pathText(["metadata", "labels", "a.b/c"]); // 'metadata.labels["a.b/c"]'
 */
export function pathText(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (!/^[\w-]+$/.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}
