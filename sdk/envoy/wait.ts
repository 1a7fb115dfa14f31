import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks again and again until there is an answer.
 *
 * @throws with the message when the time is over.
 * @example
 * await poll(1000, "no file", () => existsSync("x") || undefined);
 */
export async function poll<T>(
  limitMs: number,
  message: string,
  ask: () => T | undefined | Promise<T | undefined>,
  everyMs = 10,
): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() >= end) throw new Error(`${message} within ${limitMs} ms`);
    await sleep(everyMs);
  }
}
