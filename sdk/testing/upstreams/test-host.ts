import type { Recorder } from "../timeline/recorder.js";
import type { Timeline, TimelineEvent } from "../timeline/timeline.js";
import type { Answering } from "./answering.js";

/**
 * The host of a plugin under test, as the plugin's calls and the upstreams behind them see it. `Session` implements it.
 */
export interface TestHost {
  readonly clock: {
    /**
     * Runs something after some milliseconds. The returned function cancels it. `isTick` is true for a timer of the
     * plugin.
     */
    start(afterMs: number, run: () => void, isTick: boolean): () => void;
  };
  readonly recorder: Recorder;
  readonly timeline: Timeline;
  readonly answering: Answering;
  note(kind: TimelineEvent["kind"], text: string): void;
  /** Runs work that reaches the plugin. Throws if the plugin traps meanwhile. */
  run(work: () => void): void;
  /** Runs work when the plugin has returned. */
  later(work: () => void): void;
  /** Whether a cluster exists. */
  hasCluster(cluster: string): boolean;
}
