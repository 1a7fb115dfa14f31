// Tests functions of the plugin without a gateway. asc builds the imported module with asconfig.functions.json.
import { expect, test } from "vitest";
import { echoed, refilled } from "./build/functions.js";

test("a bucket refills evenly up to its capacity", () => {
  expect(refilled(10, 2, 0, 1500)).toBe(3);
  expect(refilled(10, 2, 9, 1500)).toBe(10);
});

test("a bucket loses no tokens if the clock goes back", () => {
  expect(refilled(10, 2, 5, -1000)).toBe(5);
});

test("configdata is ASCII, without the gateway's own keys", () => {
  expect(echoed('{ "a": 1, "_rules_": [], "b": "é" }')).toBe('{"a":1,"b":"\\u00e9"}');
});
