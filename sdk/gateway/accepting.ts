// Node accepts one connection of a port in a turn of the event loop. With a thousand busy connections a turn takes half a
// second, so new connections would wait for minutes. While connections arrive, requests wait instead: turns are short
// then, and the queue of new connections is soon empty.

/** How long requests wait at most, in milliseconds, however many connections arrive. */
const LONGEST_WAIT_MS = 1000;

const waiting: (() => void)[] = [];
let isWatching = false;
let hasAccepted = false;
/** When a second turn in a row accepted a connection. More connections are probably in the queue since then. */
let heldSince: number | undefined;

/** Call this when a port has accepted a connection. */
export function connectionAccepted(): void {
  hasAccepted = true;
  if (isWatching) heldSince ??= performance.now();
  else {
    isWatching = true;
    setImmediate(turnEnds);
  }
}

/** Whether received bytes have to wait for new connections. Pass a function that reads on to `afterAccepting` then. */
export function isAccepting(): boolean {
  return heldSince !== undefined;
}

/** Runs a function when no more connections arrive, or after a second. */
export function afterAccepting(run: () => void): void {
  if (isAccepting()) waiting.push(run);
  else run();
}

function turnEnds(): void {
  const isLate = heldSince !== undefined && performance.now() > heldSince + LONGEST_WAIT_MS;
  if (hasAccepted && !isLate) {
    hasAccepted = false;
    setImmediate(turnEnds);
    return;
  }
  isWatching = false;
  hasAccepted = false;
  heldSince = undefined;
  for (const run of waiting.splice(0)) run();
}
