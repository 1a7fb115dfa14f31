import { LONGEST_TIMER_MS } from "./longest-timer.js";

/** How long a connection to an upstream may take to open. */
export const CONNECT_TIMEOUT_MS = 1000;

let began: number | undefined;

/**
 * A plugin is being called. Timers that are started before it returns count from here: as in Envoy, whose clock stands
 * still meanwhile.
 */
export function callBegins(): void {
  if (began !== undefined) return;
  began = performance.now();
  process.nextTick(() => (began = undefined));
}

/**
 * Runs something once, after some milliseconds, at most 24 days. What the network has brought by then is dealt with first,
 * also where a plugin has computed for longer than the timer runs.
 *
 * @returns what stops it
 * @example
 * const stop = startTimer(1000, () => socket.destroy());
 */
export function startTimer(ms: number, run: () => void): () => void {
  const left = ms - (began === undefined ? 0 : performance.now() - began);
  let immediate: NodeJS.Immediate | undefined;
  const due = () => (immediate = setImmediate(run));
  // Timers come before the network in a turn of Node's event loop, immediates behind it. One that is over already waits for
  // one turn.
  const timer = left > 0 ? setTimeout(due, Math.min(left, LONGEST_TIMER_MS)) : undefined;
  if (!timer) immediate = setImmediate(due);
  return () => {
    clearTimeout(timer);
    clearImmediate(immediate);
  };
}
