import { describe, expect, test } from "vitest";
import type { Scenario } from "../scenarios/scenario.js";
import { compareObservations } from "./compare.js";
import type { Observations } from "./observations.js";

/**
 * Declares one test per scenario: both engines have seen the same. Where one has not played it, there is nothing to
 * compare.
 */
export function compareEngines(
  one: string,
  other: string,
  scenarios: readonly Scenario[],
  observations: Observations,
): void {
  describe(`${one} and ${other}`, () => {
    for (const scenario of scenarios) {
      test(scenario.name, ({ skip }) => {
        const a = observations.of(one, scenario);
        const b = observations.of(other, scenario);
        if (!a || !b) return skip();
        expect(compareObservations(a, b)).toEqual([]);
      });
    }
  });
}
