import { setTimeout as sleep } from "node:timers/promises";

/**
 * Calls a function until it returns something other than undefined.
 *
 * @throws Error with the message when the time limit is over
 * @example
 * await poll(1000, "no file", () => existsSync("x") || undefined);
 */
export async function poll<T>(
  limitMs: number,
  message: string,
  check: () => T | undefined | Promise<T | undefined>,
  everyMs = 10,
): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const result = await check();
    if (result !== undefined) return result;
    if (performance.now() >= end) throw new Error(`${message} within ${limitMs} ms`);
    await sleep(everyMs);
  }
}
