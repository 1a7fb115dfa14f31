import type { LogLine, Outcome } from "../scenarios/engine.js";
import type { Scenario } from "../scenarios/scenario.js";
import type { Trace } from "./trace.js";

/** What an engine made of a scenario, to be compared with what another one did. */
export interface Observation {
  /** What came of each request, in order. */
  outcomes: readonly Outcome[];
  trace: Trace;
  logs: readonly LogLine[];
}

/** What was seen of scenarios, by engine. */
export class Observations {
  private readonly byEngine = new Map<string, Map<Scenario, Observation>>();

  note(engine: string, scenario: Scenario, observation: Observation): void {
    const some = this.byEngine.get(engine) ?? new Map<Scenario, Observation>();
    this.byEngine.set(engine, some.set(scenario, observation));
  }

  of(engine: string, scenario: Scenario): Observation | undefined {
    return this.byEngine.get(engine)?.get(scenario);
  }
}
