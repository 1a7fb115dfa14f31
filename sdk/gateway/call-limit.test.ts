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
  expect(() => limit.run(loop, true)).toThrow(TEXT);
  expect(ended).toBe(true);
});

test("a loop without host calls ends too", () => {
  const limit = callLimit(20, 0);
  expect(() =>
    limit.run(() => {
      for (;;);
    }, false),
  ).toThrow(TEXT);
});

test("results, errors and nested calls pass, and the limit ends with the call", () => {
  const limit = callLimit(FOREVER_MS);
  expect(limit.run(() => limit.run(() => 1, false) + 1, false)).toBe(2);
  expect(() =>
    limit.run(() => {
      throw new TypeError("own");
    }, false),
  ).toThrow(new TypeError("own"));
  expect(() => limit.check()).not.toThrow();
});
