/** How a bucket fills. */
export class Rate {
  constructor(
    /** How many tokens it holds. */
    readonly capacity: f64,
    /** How many come in a second. */
    readonly perSecond: f64,
  ) {}

  /** What a bucket holds after some time. */
  refilled(tokens: f64, elapsedMs: f64): f64 {
    // The rate may have changed since, and clocks of two hosts need not agree.
    return max(0, min(this.capacity, tokens + (max(elapsedMs, 0) * this.perSecond) / 1000));
  }
}

/** The buckets of one configuration, by the key of a request. */
export abstract class Buckets {
  /** Takes a token; false if there is none. */
  abstract take(key: string): bool;
}
