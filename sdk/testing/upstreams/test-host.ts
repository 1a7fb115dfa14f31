import type { Recorder } from "../timeline/recorder.js";
import type { Timeline, TimelineEvent } from "../timeline/timeline.js";
import type { Responder } from "./responder.js";

/**
 * The host of a plugin under test, as the plugin's calls and the upstreams behind them see it. `Session` implements it.
 */
export interface TestHost {
  /** @internal `TestClock.start` is internal, too. */
  readonly clock: {
    /**
     * Calls `run` after `afterMs` milliseconds. The returned function cancels the timer. `isTick` is true for the
     * plugin's tick timer.
     */
    start(afterMs: number, run: () => void, isTick: boolean): () => void;
  };
  readonly recorder: Recorder;
  readonly timeline: Timeline;
  readonly responder: Responder;
  note(kind: TimelineEvent["kind"], text: string): void;
  /** Runs work that may call the plugin. @throws PluginTrap when the plugin traps */
  run(work: () => void): void;
  /** Runs work when the plugin's callback has returned. */
  later(work: () => void): void;
  /** Whether a cluster exists. */
  hasCluster(cluster: string): boolean;
}
