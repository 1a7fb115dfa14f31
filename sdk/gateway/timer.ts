import { LONGEST_TIMER_MS } from "./longest-timer.js";

/** How long a connection to an upstream may take to open. */
export const CONNECT_TIMEOUT_MS = 1000;

let began: number | undefined;

/**
 * Call this before a callback. Timers that the callback starts count from now, as in Envoy, whose clock does not
 * advance during a callback.
 */
export function callBegins(): void {
  if (began !== undefined) return;
  began = performance.now();
  process.nextTick(() => (began = undefined));
}

/**
 * Runs a function once after some milliseconds, at most 24 days. Network events that arrived before are handled first,
 * even when a plugin computed for longer than the timer.
 *
 * @returns a function that stops the timer
 * @example
 * const stop = startTimer(1000, () => socket.destroy());
 */
export function startTimer(ms: number, run: () => void): () => void {
  const left = ms - (began === undefined ? 0 : performance.now() - began);
  let immediate: NodeJS.Immediate | undefined;
  const due = () => (immediate = setImmediate(run));
  // In a turn of Node's event loop, timers run before network events, and immediates after them. A timer that is due
  // already
  // waits for one turn.
  const timer = left > 0 ? setTimeout(due, Math.min(left, LONGEST_TIMER_MS)) : undefined;
  if (!timer) immediate = setImmediate(due);
  return () => {
    clearTimeout(timer);
    clearImmediate(immediate);
  };
}
