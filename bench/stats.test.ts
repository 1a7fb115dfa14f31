import { expect, test } from "vitest";
import { added, quantile, ratio, spread } from "./stats.js";

test("interpolates quantiles of values in any order", () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([10, 0], 0.25)).toBe(2.5);
  expect(quantile([7], 0.75)).toBe(7);
  expect(() => quantile([], 0.5)).toThrow("no values");
});

test("a spread is the median between the quartiles", () => {
  expect(spread([5, 1, 2, 4, 3])).toEqual({ low: 2, median: 3, high: 4 });
});

test("subtracts the mean of both baselines of the same round", () => {
  const baselines: [number[], number[]] = [
    [10, 20],
    [12, 22],
  ];
  expect(added([15, 26], baselines)).toEqual([4, 5]);
});

test("divides round by round, not the medians", () => {
  expect(ratio([2, 30, 4], [1, 10, 4])).toEqual({ low: 1.5, median: 2, high: 2.5 });
});

test("leaves out rounds whose divisor is not above 0, and has no ratio if half of the rounds are left out", () => {
  expect(ratio([2, 3, 9], [1, 1, -1])?.median).toBe(2.5);
  expect(ratio([2, 3], [1, 0])).toBeUndefined();
});
