/** By how much a value may grow: a part of the value before, and an amount. */
export interface Allowance {
  factor: number;
  /** In the unit of the values. */
  amount: number;
}

/**
 * Whether values grow from the first half to the second half of a run. Compares medians: a few high or low values, such
 * as before and after a garbage collection, do not count.
 *
 * @param values in the order of time, from after the warm-up
 * @throws Error for fewer than 4 values
 */
export function hasGrown(values: readonly number[], { factor, amount }: Allowance): boolean {
  if (values.length < 4) throw new Error(`expected at least 4 measurements, got ${values.length}: run longer`);
  const half = Math.floor(values.length / 2);
  return median(values.slice(-half)) > median(values.slice(0, half)) * factor + amount;
}

/** The value in the middle; of an even number of values, the lower of the two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;
}
