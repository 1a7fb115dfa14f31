import { expect, test } from "vitest";
import { Latest } from "./latest.js";

/** A task whose runs end when the test says so. */
function task() {
  const runs: { signal: AbortSignal; end: () => void }[] = [];
  const latest = new Latest((signal) => new Promise((resolve) => runs.push({ signal, end: resolve })));
  return { runs, latest };
}

test("runs once for several requests during a run", async () => {
  const { runs, latest } = task();
  const first = latest.request();
  const others = [latest.request(), latest.request()];
  expect(runs.length).toBe(1);
  expect(runs[0]!.signal.aborted).toBe(true);
  runs[0]!.end();
  await first;
  await expect.poll(() => runs.length).toBe(2);
  expect(runs[1]!.signal.aborted).toBe(false);
  runs[1]!.end();
  await Promise.all(others);
  const again = latest.request();
  expect(runs.length).toBe(3);
  runs[2]!.end();
  await again;
});

test("starts nothing after a stop", async () => {
  const { runs, latest } = task();
  void latest.request();
  const waiting = latest.request();
  const stopped = latest.stop();
  runs[0]!.end();
  await Promise.all([stopped, waiting]);
  await latest.request();
  expect(runs.length).toBe(1);
});
