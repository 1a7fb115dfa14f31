import { expect, test } from "vitest";
import { hasGrown } from "./growth.js";

const ALLOWANCE = { factor: 1.05, amount: 1 };
const around = (value: number, count: number) => Array.from({ length: count }, (_, index) => value + (index % 3) - 1);

test("finds a slow and steady growth", () => {
  expect(
    hasGrown(
      Array.from({ length: 40 }, (_, index) => 20 + index * 0.2),
      ALLOWANCE,
    ),
  ).toBe(true);
});

test("finds a growth behind noise", () => {
  expect(hasGrown([...around(20, 20), ...around(24, 20)], ALLOWANCE)).toBe(true);
});

test("passes noise and single high values", () => {
  const values = around(20, 40);
  values[25] = 90;
  values[39] = 90;
  expect(hasGrown(values, ALLOWANCE)).toBe(false);
});

test("passes memory that shrinks", () => {
  expect(hasGrown([...around(40, 20), ...around(20, 20)], ALLOWANCE)).toBe(false);
});

test("needs 4 measurements", () => {
  expect(() => hasGrown([1, 2, 3], ALLOWANCE)).toThrow("expected at least 4 measurements, got 3: run longer");
});
