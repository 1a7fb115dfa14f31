/** How many values a histogram keeps. */
const KEPT = 1000;

/** Envoy's bounds of the buckets of histograms. */
export const HISTOGRAM_BOUNDS = [
  ...[0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000],
  3_600_000,
];

/** A histogram: count and sum of all recorded values, and the last values. */
export interface Histogram {
  count: number;
  sum: bigint;
  /** At most 1000 values, in order. */
  last: bigint[];
  /** For each of `HISTOGRAM_BOUNDS`, the number of values up to this bound. */
  buckets: number[];
}

/** A counter or a gauge. */
export interface Scalar {
  value: bigint;
}

/**
 * The statistics of a host: metrics of plugins, with the prefix "wasmcustom." as in Envoy, and the host's own.
 *
 * @example
 * const stats = new Stats();
 * stats.counter("wasmcustom.requests").value += 1n;
 * stats.values().get("wasmcustom.requests"); // 1n
 */
export class Stats {
  readonly counters = new Map<string, Scalar>();
  readonly gauges = new Map<string, Scalar>();
  readonly histograms = new Map<string, Histogram>();

  /** The counter of a name. A new counter is 0. */
  counter(name: string): Scalar {
    return obtain(this.counters, name, () => ({ value: 0n }));
  }

  gauge(name: string): Scalar {
    return obtain(this.gauges, name, () => ({ value: 0n }));
  }

  histogram(name: string): Histogram {
    return obtain(this.histograms, name, () => ({
      count: 0,
      sum: 0n,
      last: [],
      buckets: HISTOGRAM_BOUNDS.map(() => 0),
    }));
  }

  /** All counters and gauges by name. */
  values(): Map<string, bigint> {
    return new Map([...this.counters, ...this.gauges].map(([name, { value }]) => [name, value]));
  }
}

/** Adds a value to a histogram. */
export function recordValue(histogram: Histogram, value: bigint): void {
  histogram.count++;
  histogram.sum += value;
  for (const [index, bound] of HISTOGRAM_BOUNDS.entries()) if (value <= bound) histogram.buckets[index]!++;
  histogram.last.push(value);
  if (histogram.last.length > KEPT) histogram.last.shift();
}

function obtain<T>(map: Map<string, T>, name: string, make: () => T): T {
  let one = map.get(name);
  if (one === undefined) map.set(name, (one = make()));
  return one;
}
