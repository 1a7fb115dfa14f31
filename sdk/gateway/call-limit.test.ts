import { expect, test } from "vitest";
import { callLimit } from "./call-limit.js";

const FOREVER_MS = 100_000;
const TEXT = "it ran longer than 20 ms";

test("a loop with host calls ends at a host call", () => {
  const limit = callLimit(20, FOREVER_MS);
  let ended = false;
  const loop = () => {
    try {
      for (;;) limit.check();
    } finally {
      ended = true;
    }
  };
  expect(() => limit.run(loop)).toThrow(TEXT);
  expect(ended).toBe(true);
});

test("a loop without host calls ends too", () => {
  const limit = callLimit(20, 0);
  expect(() =>
    limit.run(() => {
      for (;;);
    }),
  ).toThrow(TEXT);
});

test("results, errors and nested calls pass, and the limit ends with the call", () => {
  const limit = callLimit(FOREVER_MS);
  expect(limit.run(() => limit.run(() => 1) + 1)).toBe(2);
  expect(() =>
    limit.run(() => {
      throw new TypeError("own");
    }),
  ).toThrow(new TypeError("own"));
  expect(() => limit.check()).not.toThrow();
});
