// Tests functions of the plugin by themselves: asc writes what to import, as asconfig.functions.json says.
import { expect, test } from "vitest";
import { echoed, refilled } from "./build/functions.js";

test("a bucket fills evenly, up to its size", () => {
  expect(refilled(10, 2, 0, 1500)).toBe(3);
  expect(refilled(10, 2, 9, 1500)).toBe(10);
});

test("a clock that goes back takes nothing", () => {
  expect(refilled(10, 2, 5, -1000)).toBe(5);
});

test("a configuration is told in ASCII, without what is the gateway's", () => {
  expect(echoed('{ "a": 1, "_rules_": [], "b": "é" }')).toBe('{"a":1,"b":"\\u00e9"}');
});
