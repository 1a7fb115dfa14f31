import { dateNow, performanceNow } from "../abi/replacements";
import { proxy_set_tick_period_milliseconds } from "../abi/imports";

/**
 * Returns the milliseconds, with fractions, of a clock that never goes back. Use it for durations and timeouts. For the
 * time of day use `unixMs()`. Both work at any time, also while the plugin starts.
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

/**
 * Returns the milliseconds since 1970 in UTC, by the clock of the host. The clock may be set back; for durations use
 * `monotonicMs()`. Works at any time, also while the plugin starts. `Date.now()` returns the same as an `f64`.
 *
 * @example
 * ```ts
 * ctx.requestHeaders.set("x-received", formatRfc3339(unixMs()));
 * ```
 */
export function unixMs(): i64 {
  return <i64>dateNow();
}

/** Makes the host call `onTick` of the current root context periodically; 0 stops the calls. */
export function setTickPeriod(milliseconds: u32): void {
  proxy_set_tick_period_milliseconds(milliseconds);
}
