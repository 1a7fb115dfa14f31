import type { LogLine, Outcome } from "../scenarios/engine.js";
import type { Trace } from "./trace.js";

/** What an engine made of a scenario, to be compared with what another one did. */
export interface Observation {
  /** What came of each request, in order. */
  outcomes: readonly Outcome[];
  trace: Trace;
  logs: readonly LogLine[];
}
