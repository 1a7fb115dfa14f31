import { performanceNow } from "../abi/hooks";
import { proxy_set_tick_period_milliseconds } from "../abi/imports";

/**
 * Milliseconds, with fractions, of a clock that only goes forward: for durations and limits. For the time of day use
 * `Date.now()`. Both work at any moment, also while the plugin starts.
 *
 * @example
 * ```ts
 * const start = monotonicMs();
 * // …
 * log.info("took " + (monotonicMs() - start).toString() + " ms");
 * ```
 */
export function monotonicMs(): f64 {
  return performanceNow();
}

/** Makes the host call `onTick` of the current root context again and again, every so many milliseconds; 0 ends it. */
export function setTickPeriod(milliseconds: u32): void {
  proxy_set_tick_period_milliseconds(milliseconds);
}
