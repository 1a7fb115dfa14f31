import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { NOT_APPLICABLE, sidesOf, TOPICS } from "../../scripts/conformance/checks.js";
import { numbersIn, scan, sideOf } from "../../scripts/conformance/scan.js";
import { readTable, writeTable } from "../../scripts/conformance/table.js";
import { packageRoot } from "../../sdk/envoy/index.js";

const committed = readTable(readFileSync(join(packageRoot(), "docs", "conformance.md"), "utf8"));
const key = ({ number, side }: { number: number; side: string }) => `${number} ${side}`;
const made = committed.filter(({ state }) => !state.startsWith("does not apply: "));
const sorted = (keys: Iterable<string>) =>
  [...new Set(keys)].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));

test("the table lists the checks that test names begin with (if not: run `npm run conformance`)", () => {
  expect(sorted(made.map(key))).toEqual(sorted(scan().map(key)));
  expect(new Set(made.map(({ state }) => state))).toEqual(new Set(["passes"]));
});

test("the table lists each of the 192 checks once per side, host or SDK", () => {
  const numbers = Array.from({ length: TOPICS.at(-1)![0] }, (_, index) => index + 1);
  expect(numbers).toHaveLength(192);
  const all = numbers.flatMap((number) => sidesOf(number).map((side) => ({ number, side })));
  expect(committed.map(key)).toEqual(all.map(key));
});

test("no check in NOT_APPLICABLE has a test", () => {
  const tested = new Set(scan().map(({ number }) => number));
  expect(Object.keys(NOT_APPLICABLE).filter((number) => tested.has(Number(number)))).toEqual([]);
});

test("readTable returns the rows that writeTable wrote", () => {
  const names = ["a | b", "c"];
  const text = writeTable([{ number: 14, side: "SDK", names, state: "passes" }]);
  expect(text).toContain("| 14 | a \\| b; c | SDK | passes |");
  const [host, sdk] = readTable(text).filter(({ number }) => number === 14);
  expect([host!.state, sdk!.state]).toEqual(["not done: no test yet", "passes"]);
  const none = readTable(text).find(({ number }) => number === 45);
  expect(none).toMatchObject({
    side: "SDK",
    state: expect.stringMatching(/^does not apply: the SDK builds no module of ABI 0\.2\.0/) as string,
  });
});

test("reads check numbers only at the beginning of a test name, and takes the side from the file", () => {
  // The name is joined from parts, so that the scan does not count this file as a test of checks 8 and 9.
  expect(numbersIn(["[8]", "[9]", "offers 3 [4] things"].join(" "))).toEqual([8, 9]);
  expect(numbersIn("offers [4] things")).toEqual([]);
  expect(sideOf(14, "tests/host/conformance/start.test.ts")).toBe("host");
  expect(sideOf(14, "tests/host/conformance/sdk-module.test.ts")).toBe("SDK");
  expect(sideOf(14, "tests/host/conformance/sdk.test.ts")).toBe("SDK");
  expect(sideOf(14, "assembly/abi/pairs.test.ts")).toBe("SDK");
  expect(sideOf(1, "assembly/abi/pairs.test.ts")).toBe("host");
});
