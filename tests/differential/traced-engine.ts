import type { Engine } from "../scenarios/engine.js";
import type { Scenario } from "../scenarios/scenario.js";
import type { Trace } from "./trace.js";

/** An engine that traces callbacks and host calls. Plugins are installed during their scenario's turn only. */
export interface TracedEngine extends Engine {
  /** Removes the scenario's plugins and returns the trace of their calls. */
  end(scenario: Scenario): Promise<Trace | undefined>;
}

/** How many plugins a gateway has at most. Several Envoys run at the same time. */
export const PLUGINS_PER_GATEWAY = 9;
