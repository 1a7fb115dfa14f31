/** How many values a histogram keeps. */
const KEPT = 1000;

/** A histogram: count and sum of all recorded values, and the last values. */
export interface Histogram {
  count: number;
  sum: bigint;
  /** At most 1000 values, in order. */
  last: bigint[];
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
  private readonly counters = new Map<string, Scalar>();
  private readonly gauges = new Map<string, Scalar>();
  private readonly histograms = new Map<string, Histogram>();

  /** The counter of a name. A new counter is 0. */
  counter(name: string): Scalar {
    return obtain(this.counters, name, () => ({ value: 0n }));
  }

  gauge(name: string): Scalar {
    return obtain(this.gauges, name, () => ({ value: 0n }));
  }

  histogram(name: string): Histogram {
    return obtain(this.histograms, name, () => ({ count: 0, sum: 0n, last: [] }));
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
  histogram.last.push(value);
  if (histogram.last.length > KEPT) histogram.last.shift();
}

function obtain<T>(map: Map<string, T>, name: string, make: () => T): T {
  let one = map.get(name);
  if (one === undefined) map.set(name, (one = make()));
  return one;
}
