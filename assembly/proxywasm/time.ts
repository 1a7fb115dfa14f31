import { performanceNow } from "../abi/hooks";

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
