import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../scenarios/engine.js";
import type { Results } from "../scenarios/results.js";
import { observe } from "../scenarios/run.js";
import type { Scenario } from "../scenarios/scenario.js";
import { compareObservations } from "./compare.js";
import type { KnownDifference } from "./known.js";

/** A busy machine may put what comes apart into one piece, or let a timer be late: such a difference is not there again. */
const ATTEMPTS = 3;
const LIMIT_MS = 60_000;

/**
 * Declares one test per scenario, played by two engines: each gives the expected answers, and both see the same, down to
 * the calls between plugin and host. A known difference must still be there.
 */
export function compareEngines(
  makeEngines: () => readonly [Engine, Engine],
  scenarios: readonly Scenario[],
  { results, known = {} }: { results?: Results; known?: Readonly<Record<string, KnownDifference>> } = {},
): void {
  const engines = makeEngines();
  describe(engines.map(({ name }) => name).join(" and "), () => {
    beforeAll(() => Promise.all(engines.map((engine) => engine.start(scenarios))), 600_000);
    afterAll(() => Promise.all(engines.map((engine) => engine.stop())));
    for (const scenario of scenarios) {
      const expected = known[scenario.name];
      test(
        scenario.name,
        async () => {
          let differences = await compared(engines, scenario, results);
          // Where a first configuration was refused, it makes a difference what was there before.
          for (let attempt = 2; attempt <= ATTEMPTS && !scenario.refused && isWrong(differences, expected); attempt++) {
            differences = await compared(engines, scenario, results);
          }
          if (expected) expect(differences.join("\n"), `no longer so: ${expected.reason}`).toMatch(expected.shows);
          else expect(differences).toEqual([]);
        },
        LIMIT_MS,
      );
    }
  });
}

function isWrong(differences: readonly string[], known: KnownDifference | undefined): boolean {
  return known ? !known.shows.test(differences.join("\n")) : differences.length > 0;
}

async function compared(
  [one, other]: readonly [Engine, Engine],
  scenario: Scenario,
  results: Results | undefined,
): Promise<string[]> {
  return compareObservations(await observe(one, scenario, results), await observe(other, scenario, results));
}
