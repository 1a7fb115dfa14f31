import { expect, test } from "vitest";
import { Results } from "./results.js";

test("the table counts passed scenarios per engine and lists the scenarios that did not pass on all engines", () => {
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
