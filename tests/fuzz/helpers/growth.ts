import type { Random } from "../../support/random.js";
import type { Guest } from "./guest.js";
import type { Inputs } from "./inputs.js";
import type { Row } from "./rows.js";

/** Inputs of any size, of one form. */
interface Form {
  of(size: number): [a: string, b: string];
  description: string;
}

/** The time at which a measurement counts, in milliseconds. */
const MEASURABLE = 0.5;
const LARGEST = 2 ** 14;
const FACTOR = 16;
/** The larger input takes 16 times as long if the time is linear, more if it leaves the caches, 256 times if the time is quadratic. */
const MOST = 80;

function randomForm(row: Row, random: Random, inputs: Inputs): Form {
  const [a, b] = [row.a, row.b ?? row.a];
  const [unitA, unitB] = [inputs.unit(a), inputs.unit(b)];
  const [startA, endA] = [inputs.unit(a), inputs.unit(a)];
  const other = inputs.text(b);
  const kind = random.below(4);
  const times = (unit: string, size: number) => unit.repeat(Math.ceil(size / unit.length));
  const shown = (...parts: string[]) => JSON.stringify(parts);
  if (kind === 0) {
    const of = (size: number): [string, string] => [times(unitA, size), other];
    return { of, description: `a: ${shown(unitA)} repeated; b: ${shown(other)}` };
  }
  if (kind === 1) {
    const of = (size: number): [string, string] => [startA + times(unitA, size) + times(endA, size), other];
    return { of, description: `a: ${shown(startA)}, ${shown(unitA)} and ${shown(endA)} repeated; b: ${shown(other)}` };
  }
  if (kind === 2 || row.product !== undefined) {
    const first = inputs.text(a);
    const of = (size: number): [string, string] => [first, times(unitB, size)];
    return { of, description: `a: ${shown(first)}; b: ${shown(unitB)} repeated` };
  }
  const of = (size: number): [string, string] => [times(unitA, size) + endA, times(unitB, size) + endA];
  return {
    of,
    description: `a: ${shown(unitA)} repeated, ${shown(endA)}; b: ${shown(unitB)} repeated, ${shown(endA)}`,
  };
}

function milliseconds(guest: Guest, row: Row, [a, b]: [string, string], times: number): number {
  let least = Infinity;
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    guest.call(row, a, b);
    least = Math.min(least, performance.now() - start);
    guest.collect();
  }
  return least;
}

/**
 * Compares the time for an input with the time for a larger input. Returns a description if the time grows too fast,
 * otherwise undefined.
 */
export function findGrowth(guest: Guest, row: Row, random: Random, inputs: Inputs): string | undefined {
  const form = randomForm(row, random, inputs);
  let size = 512;
  while (size < LARGEST && milliseconds(guest, row, form.of(size), 3) < MEASURABLE) size *= 2;
  // A pause of the machine can only make a time longer, so the check is repeated with the least of more times, and with
  // larger inputs.
  let found: string | undefined;
  for (const [times, scale] of [
    [1, 1],
    [2, 1],
    [1, 2],
  ] as const) {
    const [small, large] = [scale * size, scale * size * FACTOR];
    const short = milliseconds(guest, row, form.of(small), 3 * times);
    const long = milliseconds(guest, row, form.of(large), times);
    if (long < MOST * Math.max(short, MEASURABLE / 10)) return undefined;
    found = `${form.description}: ${short} ms for ${small} characters, ${long} ms for ${large}`;
  }
  return found;
}
