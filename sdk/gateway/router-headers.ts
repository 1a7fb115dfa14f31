import { replace } from "./replace.js";
import type { HeaderMap } from "../host/index.js";

/** Headers that this gateway removes, like Envoy's router, but does not act on. */
const WITHOUT_EFFECT = ["x-envoy-hedge-on-per-try-timeout", "x-envoy-upstream-stream-duration-ms"];

/** How long a request to an upstream may take. */
export interface Timeouts {
  /**
   * The time limit from the last byte of the request to the last byte of the response, with all retries; 0 for no
   * limit.
   */
  timeoutMs: number;
  /** The time limit for each try; 0 for no limit. */
  perTryMs: number;
  /** A request that exceeds the limit gets status 204. */
  isEmpty: boolean;
  /** The gateway does not send the time limit to the upstream. */
  isSilent?: boolean;
}

/**
 * Reads and removes the headers by which a plugin sets timeouts. Such headers of clients are removed before plugins
 * run.
 *
 * @param route the time limits of the route, or of a call
 * @param onUnsupported called with each header that has no effect here
 * @example
 * takeTimeouts(map, { timeoutMs: 15_000 }, () => {}); // { timeoutMs: 100, … } with "x-envoy-upstream-rq-timeout-ms: 100"
 */
export function takeTimeouts(
  map: HeaderMap,
  route: { timeoutMs: number; perTryMs?: number | undefined },
  onUnsupported: (name: string) => void,
): Timeouts {
  const timeoutMs = takeNumber(map, "x-envoy-upstream-rq-timeout-ms") ?? route.timeoutMs;
  const perTryMs = takeNumber(map, "x-envoy-upstream-rq-per-try-timeout-ms") ?? route.perTryMs ?? 0;
  const isEmpty = takeHeader(map, "x-envoy-upstream-rq-timeout-alt-response") !== undefined;
  // The header names statistics, which this gateway does not have.
  map.remove("x-envoy-upstream-alt-stat-name");
  for (const name of WITHOUT_EFFECT) if (takeHeader(map, name) !== undefined) onUnsupported(name);
  return { timeoutMs, perTryMs: timeoutMs > 0 && perTryMs >= timeoutMs ? 0 : perTryMs, isEmpty };
}

/**
 * Sets the header with the time limit for the upstream, unless there is no limit.
 *
 * @param leftMs the rest of the limit for the whole response; by default the whole limit
 */
export function setExpectedTimeout(map: HeaderMap, timeouts: Timeouts, leftMs = timeouts.timeoutMs): void {
  const { perTryMs, isSilent } = timeouts;
  if (isSilent) return;
  const left = Math.max(Math.round(leftMs), 0);
  const expected = perTryMs > 0 ? Math.min(perTryMs, left || perTryMs) : left;
  if (expected > 0) replace(map, "x-envoy-expected-rq-timeout-ms", String(expected));
}

/** Removes a header and returns its value. */
export function takeHeader(map: HeaderMap, name: string): string | undefined {
  const value = map.get(name);
  if (value !== undefined) map.remove(name);
  return value;
}

/** Removes a header and returns its value as a number; undefined when the value is not a number. */
export function takeNumber(map: HeaderMap, name: string): number | undefined {
  const value = takeHeader(map, name);
  return value !== undefined && /^\s*\d{1,9}\s*$/.test(value) ? Number(value) : undefined;
}
