import { expect, test } from "vitest";
import { TestClock } from "./clock.js";

test("the monotonic clock does not start at 0, where a plugin in Go does not start", () => {
  const clock = new TestClock();
  const { monotonic } = clock.services.clock;
  const began = monotonic();
  expect(began).toBeGreaterThan(0n);
  clock.advance(1.5);
  expect(monotonic() - began).toBe(1_500_000n);
});
