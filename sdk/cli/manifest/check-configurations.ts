import { CONDITIONS } from "../../manifest/check/higress-rules.js";
import { configurationsOf, type Part } from "../../manifest/check/configurations.js";
import type { Path, Problem } from "../../manifest/check/problem.js";
import type { JsonObject, JsonValue } from "../../spec/json.js";
import type { PluginTrial, Verdict } from "./plugin-trial.js";

/**
 * Runs the plugin's parser on the configuration of a WasmPlugin: on the whole, on the global configuration, and on each
 * rule next to the global configuration, so that the problem names the rule.
 *
 * @param spec the WasmPlugin as written
 * @param configuration what the plugin gets, after the conversion
 */
export function checkConfigurations(
  spec: JsonObject,
  configuration: JsonObject | undefined,
  trial: Pick<PluginTrial, "run">,
): Problem[] {
  const { whole, wholePath, global, rules } = configurationsOf(spec, configuration);
  const verdict = trial.run(whole);
  if (whole === undefined) return said(verdict, { path: wholePath, own: {} }, NO_CONFIGURATION);
  if (rules.length === 0 && global) return said(verdict, global);
  const problems: Problem[] = [];
  let isGlobalGood = true;
  if (global) {
    const alone = trial.run(global.configuration);
    isGlobalGood = alone.problem === undefined;
    problems.push(...said(alone, global, verdict.problem ? {} : RULES_ONLY));
  }
  // A plugin that accepts everything in silence has nothing to say about a single rule either.
  if (verdict.problem || verdict.lines.length > 0) {
    for (const rule of rules) {
      // A parser that traps may have taken its whole time; the next rules would take it, too.
      if (problems.some(({ message }) => message.startsWith(TRAPPED))) break;
      const alone = isGlobalGood ? rule.configuration : { _rules_: rule.configuration["_rules_"]! };
      for (const problem of said(trial.run(alone), rule)) {
        if (!problems.some(({ message }) => message === problem.message && problem.severity === "warning"))
          problems.push(problem);
      }
    }
  }
  const isExplained = problems.some(({ severity }) => severity === "error");
  return verdict.problem && !isExplained ? said(verdict, { path: wholePath, own: whole }) : problems;
}

const TRAPPED = "the plugin trapped";

/** How the message about a rejected configuration begins. */
interface Words {
  rejected?: string;
}

const NO_CONFIGURATION: Words = { rejected: "the plugin needs a configuration" };
const RULES_ONLY: Words = { rejected: "the plugin rejected it and uses only the rules" };

function said({ problem, lines }: Verdict, part: Pick<Part, "path" | "own">, words: Words = {}): Problem[] {
  const { path, own } = part;
  const found = (text: string) => ({ path, at: fieldOf(text, path, own) });
  if (problem?.kind === "trapped") {
    return [{ severity: "error", path, message: `${TRAPPED}: ${problem.reason}` }];
  }
  if (problem) {
    const reason = withoutPrefixes(problem.reason);
    const message = `${words.rejected ?? "the plugin rejected it"}: ${reason}`;
    return [{ severity: "error", ...found(reason), message }];
  }
  return lines
    .map(withoutPrefixes)
    .map((line) => ({ severity: "warning", ...found(line), message: `the plugin logged: ${line}` }));
}

/** Removes what a wrapper writes before the message: names in brackets, and the rule, which is the only one. */
function withoutPrefixes(line: string): string {
  return line
    .replace(/^(\[[^\]]*\] ){3}/, "")
    .replace(/^configuration rejected: /, "")
    .replace(/^_rules_\[0\](: |\.)/, "");
}

/** The place of the field that a message begins with: "keys[0].name: expected …". */
function fieldOf(message: string, path: Path, own: JsonObject): Path {
  const [field = ""] = /^[\w-]+(?:\.[\w-]+|\[\d+\])*(?=: )/.exec(message) ?? [];
  let value: JsonValue | undefined = own;
  const steps: (string | number)[] = [];
  for (const [step] of field.matchAll(/[\w-]+/g)) {
    if (typeof value !== "object" || value === null) break;
    value = Array.isArray(value) ? value[Number(step)] : value[step];
    if (value === undefined) break;
    steps.push(/^\d+$/.test(step) ? Number(step) : step);
  }
  const [first, ...others] = steps;
  // The controller has made the key of this list of the rule.
  const condition = Object.entries(CONDITIONS).find(([, key]) => key === first)?.[0];
  if (condition !== undefined && path[1] === "matchRules") return [...path.slice(0, -1), condition, ...others];
  return [...path, ...steps];
}
