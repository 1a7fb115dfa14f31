import type { HeaderMap } from "../host/index.js";

/** Taken out of a request as Envoy's router does, but without any effect here. */
const WITHOUT_EFFECT = ["x-envoy-hedge-on-per-try-timeout", "x-envoy-upstream-stream-duration-ms"];

/** How long a request to an upstream may take. */
export interface Timeouts {
  /** From the request's last byte to the response's, with all retries; 0 for any time. */
  timeoutMs: number;
  /** For each try, 0 for no limit of its own. */
  perTryMs: number;
  /** A request that takes too long is answered with 204. */
  isEmpty: boolean;
  /** The upstream is not told how long it has. */
  isSilent?: boolean;
}

/**
 * Takes the headers by which a plugin sets the timeouts out of a request. Those of clients are gone before plugins run.
 *
 * @param route what the route, or a call, says
 * @param notDone hears of headers that have no effect here
 * @example
 * takeTimeouts(map, { timeoutMs: 15_000 }, () => {}); // { timeoutMs: 100, … } with "x-envoy-upstream-rq-timeout-ms: 100"
 */
export function takeTimeouts(
  map: HeaderMap,
  route: { timeoutMs: number; perTryMs?: number | undefined },
  notDone: (name: string) => void,
): Timeouts {
  const timeoutMs = takeNumber(map, "x-envoy-upstream-rq-timeout-ms") ?? route.timeoutMs;
  const perTryMs = takeNumber(map, "x-envoy-upstream-rq-per-try-timeout-ms") ?? route.perTryMs ?? 0;
  const isEmpty = takeHeader(map, "x-envoy-upstream-rq-timeout-alt-response") !== undefined;
  // Names statistics, of which there are none here.
  map.remove("x-envoy-upstream-alt-stat-name");
  for (const name of WITHOUT_EFFECT) if (takeHeader(map, name) !== undefined) notDone(name);
  return { timeoutMs, perTryMs: timeoutMs > 0 && perTryMs >= timeoutMs ? 0 : perTryMs, isEmpty };
}

/** The value of a header, which is taken out. */
export function takeHeader(map: HeaderMap, name: string): string | undefined {
  const value = map.get(name);
  if (value !== undefined) map.remove(name);
  return value;
}

/** The same for a number; what is none counts as absent. */
export function takeNumber(map: HeaderMap, name: string): number | undefined {
  const value = takeHeader(map, name);
  return value !== undefined && /^\s*\d{1,9}\s*$/.test(value) ? Number(value) : undefined;
}
