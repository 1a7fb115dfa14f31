import { expect, test } from "vitest";
import { Results } from "./results.js";

test("counts, and what did not pass everywhere", () => {
  const results = new Results();
  results.note("Node host", "one", "passed");
  results.note("Node host", "two", "failed");
  results.note("Envoy", "one", "passed");
  results.note("Envoy", "two", "passed");
  results.note("Envoy", "three", "passed");
  expect(results.table()).toEqual([
    "  Node host  Envoy   scenario",
    "  1 of 3     3 of 3  passed",
    "  failed     passed  two",
    "  not run    passed  three",
  ]);
});
