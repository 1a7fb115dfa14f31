/** The size of a bucket and how fast it refills. */
export class Rate {
  constructor(
    /** The most tokens of a bucket. */
    readonly capacity: f64,
    /** Tokens that are added per second. */
    readonly perSecond: f64,
  ) {}

  /** Returns the number of tokens after some time. */
  refilled(tokens: f64, elapsedMs: f64): f64 {
    // The result is limited because the rate may have changed, and the clocks of two hosts may differ.
    return max(0, min(this.capacity, tokens + (max(elapsedMs, 0) * this.perSecond) / 1000));
  }
}

/** The buckets of one configuration, by the key of a request. */
export abstract class Buckets {
  /** Takes a token. Returns false if the bucket is empty. */
  abstract take(key: string): bool;
}
