// Random values for every helper of the SDK that takes data from outside: no trap, and no quadratic time.
import { beforeAll, expect, it } from "vitest";
import { NIGHTLY } from "../../support/nightly.js";
import { Random } from "../../support/random.js";
import { EXPORTS, words } from "./exports.js";
import { findGrowth } from "./growth.js";
import { Guest } from "./guest.js";
import { Inputs } from "./inputs.js";
import { ROWS, WITHOUT_ROW, type Row } from "./rows.js";

const CALLS = NIGHTLY ? 1_000_000 : 2000;
const FORMS = 300;
const BATCH = 200;
/** The nightly run has other inputs each day. */
const DAY = Number(new Date().toISOString().slice(0, 10).replaceAll("-", ""));
const SEED = NIGHTLY && process.env["RANDOM_SEED"] === undefined ? DAY : undefined;

/** Rows in which the tests must find a defect. */
const TRAPPING: Row = { name: "trapping", code: `if (a.includes("\\udcff")) unreachable();`, a: ["a", "b", "\udcff"] };
const QUADRATIC: Row = {
  name: "quadratic",
  code: "for (let i = 0; i < a.length; i++) for (let j = 0; j < a.length; j++) keep(a.charCodeAt(j) ^ i);",
  a: ["a", "b"],
};

let guest: Guest;
beforeAll(async () => {
  guest = await Guest.make([...ROWS, TRAPPING, QUADRATIC]);
}, 300_000);

/** Calls a row with random texts. @throws Error with the texts of a trap */
function callRow(row: Row, random: Random, calls: number): void {
  const inputs = new Inputs(random);
  for (let call = 0; call < calls; call++) {
    const [a, b] = [inputs.text(row.a), inputs.text(row.b ?? row.a)];
    try {
      guest.call(row, a, b);
    } catch (error) {
      throw new Error(`seed ${random.seed}, call ${call}: ${JSON.stringify([a, b])}`, { cause: error });
    }
    if (call % BATCH === 0) guest.collect();
  }
  guest.collect();
}

/** Tries random forms of inputs. Returns the first whose time grows too fast. */
function findForm(row: Row, random: Random, forms: number): string | undefined {
  const inputs = new Inputs(random);
  for (let form = 0; form < forms; form++) {
    const found = findGrowth(guest, row, random, inputs);
    if (found !== undefined) return found;
  }
  return undefined;
}

it("a trap and quadratic time are found", () => {
  expect(() => callRow(TRAPPING, new Random(), 1000)).toThrow("\\udcff");
  expect(findForm(QUADRATIC, new Random(), 20)).toBeDefined();
});

it("every export of index.ts has a row, or a reason to have none", () => {
  const used = words(ROWS.map(({ code }) => code).join(" "));
  const excused = new Set(Object.values(WITHOUT_ROW).flat());
  expect([...EXPORTS.keys()].filter((name) => !used.has(name) && !excused.has(name))).toEqual([]);
  expect([...excused].filter((name) => !EXPORTS.has(name))).toEqual([]);
});

/** A random sequence for a row, which does not depend on other rows. */
function randomFor(row: Row): Random {
  return new Random((SEED ?? new Random().seed) + ROWS.indexOf(row));
}

const NAMED = ROWS.map((row) => [row.name, row] as const);

it.each(NAMED)(
  "%s takes any text without a trap, and without a leak",
  (_, row) => {
    const random = randomFor(row);
    const calls = Math.ceil(CALLS * (row.share ?? 1));
    callRow(row, random, calls / 10);
    const before = guest.memorySize;
    callRow(row, random, (9 * calls) / 10);
    // The memory doubles when it is full.
    expect(guest.memorySize).toBeLessThanOrEqual(2 * before);
  },
  7_200_000,
);

// Times say little on a machine that is busy with other tests, so the nightly run measures them. Large inputs need much
// memory, so this comes after the tests for leaks.
if (NIGHTLY) {
  it.each(NAMED)(
    "%s takes no quadratic time",
    (_, row) => expect(findForm(row, randomFor(row), FORMS)).toBeUndefined(),
    7_200_000,
  );
}
