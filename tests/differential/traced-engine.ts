import type { Engine } from "../scenarios/engine.js";
import type { Scenario } from "../scenarios/scenario.js";
import type { Trace } from "./trace.js";

/** An engine that notes what crosses the borders of VMs: plugins are there in their scenario's turn only. */
export interface TracedEngine extends Engine {
  /** Takes the scenario's plugins away, and tells what they did. */
  end(scenario: Scenario): Promise<Trace | undefined>;
}

/** Several Envoys play at once. */
export const PLUGINS_PER_GATEWAY = 16;
