import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Instance } from "../support/assembly.js";
import type { Case } from "./cases.js";
import { isDifferent } from "./differences.js";
import { compileOurs, resultOf } from "./ours.js";

/** The results of gjson 1.18.0, sjson 1.2.5 and pretty 1.2.1, which record.ts has written. */
const ROWS = JSON.parse(readFileSync(new URL("cases.json", import.meta.url), "utf8")) as [
  Case["op"],
  string,
  string,
  string,
  string | null,
][];
const CASES = ROWS.map(([op, json, path, value, expected]) => ({ op, json, path, value, expected }));

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileOurs();
});

describe("returns the results of Go", () => {
  it("has more than 1,000 cases with a result, and hardly any that differ", () => {
    const found = CASES.filter((each) => each.expected !== null);
    expect(found.length).toBeGreaterThan(1_000);
    const exact = found.filter((each) => resultOf(wasm, each) === each.expected);
    expect(exact.length / found.length).toBeGreaterThan(0.98);
    wasm.collect();
  });

  it.each(["query", "set", "replace", "delete", "pretty", "ugly"] as const)("%s", (op) => {
    const cases = CASES.filter((each) => each.op === op);
    const differ = cases
      .map((each) => ({ ...each, actual: resultOf(wasm, each) }))
      .filter((each) => isDifferent(each, each.actual, each.expected));
    expect(cases.length).toBeGreaterThan(50);
    expect(differ).toEqual([]);
    wasm.collect();
  });
});
