import type { LogLine, Outcome } from "../scenarios/engine.js";
import type { Trace } from "./trace.js";

/** What happened when an engine played a scenario. Observations of two engines are compared. */
export interface Observation {
  /** The outcome of each request, in order. */
  outcomes: readonly Outcome[];
  trace: Trace;
  logs: readonly LogLine[];
}
