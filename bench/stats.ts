/** A median with its spread. */
export interface Spread {
  /** The first quartile: a quarter of the rounds are below. */
  low: number;
  median: number;
  /** The third quartile. */
  high: number;
}

/**
 * The value below which a part of the values lie, interpolated between neighbours.
 *
 * @example
 * quantile([1, 2, 3, 4], 0.5); // 2.5
 */
export function quantile(values: readonly number[], part: number): number {
  if (values.length === 0) throw new Error("no values");
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const below = sorted[Math.floor(at)]!;
  return below + (sorted[Math.ceil(at)]! - below) * (at % 1);
}

export function spread(values: readonly number[]): Spread {
  return { low: quantile(values, 0.25), median: quantile(values, 0.5), high: quantile(values, 0.75) };
}

/** What a plugin adds in each round: its cost less the mean of both baselines. */
export function added(costs: readonly number[], baselines: readonly [readonly number[], readonly number[]]): number[] {
  return costs.map((cost, round) => cost - (baselines[0][round]! + baselines[1][round]!) / 2);
}

/** The ratio of two costs, round by round. Rounds in which noise hides the divisor do not count. */
export function ratio(values: readonly number[], divisors: readonly number[]): Spread | undefined {
  const ratios = values.map((value, round) => value / divisors[round]!).filter((_, round) => divisors[round]! > 0);
  return ratios.length * 2 > values.length ? spread(ratios) : undefined;
}
