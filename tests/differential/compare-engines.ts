import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { besideOthers, runAlone } from "../support/pace.js";
import type { Outcome } from "../scenarios/engine.js";
import type { Results } from "../scenarios/results.js";
import { playScenario } from "../scenarios/run.js";
import { pluginsOf, type Scenario } from "../scenarios/scenario.js";
import { compareObservations } from "./compare.js";
import type { KnownDifference } from "./known.js";
import type { Observation } from "./observation.js";
import type { Trace } from "./trace.js";
import type { TracedEngine } from "./traced-engine.js";

/**
 * How often a scenario is played while its engines differ. A busy machine may join chunks or delay a timer: such a
 * difference disappears in a later attempt.
 */
const ATTEMPTS = 5;
/** From this attempt on, no other scenario is played at the same time, and chunks have longer pauses between them. */
const ALONE = 3;
/** The pause before the second attempt in milliseconds; each further one is as much longer. */
const PAUSE_MS = 500;
/** The longest attempts take seconds each, and wait for those of other lanes. */
const LIMIT_MS = 180_000;

/** How many pairs of engines play at the same time: most of the time each waits for a timer or for Envoy. */
const LANES = 4;

/**
 * Declares one test per scenario. Two engines play it: each must give the expected responses, and the calls between
 * plugin and host must be the same. Known differences are listed; the test fails when one disappears.
 */
export function compareEngines(
  makeEngines: () => readonly [TracedEngine, TracedEngine],
  scenarios: readonly Scenario[],
  { results, known }: { results?: Results; known?: ReadonlyMap<string, KnownDifference> } = {},
): void {
  for (let lane = 0; lane < LANES; lane++) {
    const some = scenarios.filter((_, index) => index % LANES === lane);
    const engines = makeEngines();
    const pair = engines.map(({ name }) => name).join(" and ");
    describe.concurrent(`${pair}, lane ${lane + 1}`, () => {
      beforeAll(() => Promise.all(engines.map((engine) => engine.start(some))), 600_000);
      afterAll(() => Promise.all(engines.map((engine) => engine.stop())));
      for (const scenario of some) {
        const expected = known?.get(scenario.name);
        const compare = async () => {
          for (let attempt = 1; ; attempt++) {
            try {
              const play = () => compared(engines, scenario, results);
              return check(await (attempt < ALONE ? besideOthers(play) : runAlone(2 * attempt, play)), expected);
            } catch (error) {
              // After a rejected first configuration, the result depends on what the engines had before.
              if (attempt === ATTEMPTS || scenario.rejected) throw error;
              await sleep(attempt * PAUSE_MS);
            }
          }
        };
        test.sequential(scenario.name, compare, LIMIT_MS);
      }
    });
  }
}

function check(differences: readonly string[], known: KnownDifference | undefined): void {
  if (known) expect(differences.join("\n"), `known difference not found: ${known.reason}`).toMatch(known.shows);
  else expect(differences).toEqual([]);
}

async function compared(
  [one, other]: readonly [TracedEngine, TracedEngine],
  scenario: Scenario,
  results: Results | undefined,
): Promise<string[]> {
  const observing = [observe(one, scenario, results), observe(other, scenario, results)] as const;
  // Both engines are idle before the next attempt, whichever fails.
  await Promise.allSettled(observing);
  const observed = await Promise.all(observing);
  const differences = compareObservations(...observed);
  if (differences.length === 0 || !observed.some((one) => keepsChunks(one, scenario))) return differences;
  const [first, second] = observed.map(({ outcomes, logs }) => ({
    ...{ logs, trace: NO_CALLS },
    outcomes: outcomes.map((outcome) => ({ ...outcome, received: withoutRepeats(outcome.received) })),
  }));
  return compareObservations(first!, second!);
}

/** Keeps one of several equal calls to a cluster: a plugin may make a call for each chunk. */
function withoutRepeats(received: Outcome["received"]): Outcome["received"] {
  const texts = received.map((one) => JSON.stringify(one));
  return received.filter((_, index) => texts.indexOf(texts[index]!) === index);
}

const NO_CALLS: Trace = { trial: [], serving: [] };

/**
 * Whether a plugin of the SDK keeps bodies. It makes host calls for each chunk, and the network splits a body into
 * chunks differently each time. What the client and upstreams receive is still compared.
 */
function keepsChunks({ trace }: Observation, scenario: Scenario): boolean {
  const isOurs = pluginsOf(scenario).every(({ plugin }) => !plugin.includes("/") && !plugin.endsWith(".wasm"));
  return isOurs && /"proxy_on_(request|response)_body"/.test(JSON.stringify(trace));
}

async function observe(engine: TracedEngine, scenario: Scenario, results: Results | undefined): Promise<Observation> {
  results?.note(engine.name, scenario.name, "failed");
  const outcomes: Outcome[] = [];
  let trace: Trace | undefined;
  try {
    await playScenario(engine, scenario, outcomes);
  } finally {
    trace = await engine.end(scenario);
  }
  results?.note(engine.name, scenario.name, "passed");
  return { outcomes, trace: trace ?? { trial: [], serving: [] }, logs: engine.logs(scenario) };
}
