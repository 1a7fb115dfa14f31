import { performanceNow } from "../abi/replacements";
import { proxy_set_tick_period_milliseconds } from "../abi/imports";

/**
 * Returns the milliseconds, with fractions, of a clock that never goes back. Use it for durations and timeouts. For the
 * time of day use `Date.now()`. Both work at any time, also while the plugin starts.
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

/** Makes the host call `onTick` of the current root context periodically; 0 stops the calls. */
export function setTickPeriod(milliseconds: u32): void {
  proxy_set_tick_period_milliseconds(milliseconds);
}
