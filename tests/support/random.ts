/**
 * Pseudo-random numbers (mulberry32). The same seed gives the same numbers. Tests print their seed; RANDOM_SEED sets
 * it.
 */
export class Random {
  #state: number;

  constructor(readonly seed: number = Number(process.env["RANDOM_SEED"] ?? 20261121)) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0 to `below` - 1. */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  }

  /** Picks one of the values. */
  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}
