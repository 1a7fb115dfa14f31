import type { Timers } from "../../sdk/host/index.js";

/** The most timers that run in one step. The other timers wait for the next step. */
const MOST_RUNS = 20;

/** Timers that run when the fuzzer lets time pass. */
export class FuzzTimers implements Timers {
  now = 0;
  private waiting: { at: number; run: () => void }[] = [];

  get size(): number {
    return this.waiting.length;
  }

  start(afterMs: number, run: () => void): () => void {
    const one = { at: this.now + afterMs, run };
    this.waiting.push(one);
    return () => {
      const at = this.waiting.indexOf(one);
      if (at >= 0) this.waiting.splice(at, 1);
    };
  }

  /** Runs all timers that are due now. */
  drain(): void {
    for (let due = this.due; due > 0; due = this.due) this.advance(0);
  }

  private get due(): number {
    return this.waiting.filter(({ at }) => at <= this.now).length;
  }

  advance(ms: number): void {
    const end = this.now + ms;
    for (let runs = 0; runs < MOST_RUNS && this.waiting.length > 0; runs++) {
      const next = this.waiting.reduce((first, one) => (one.at < first.at ? one : first));
      if (next.at > end) break;
      this.waiting.splice(this.waiting.indexOf(next), 1);
      this.now = Math.max(this.now, next.at);
      next.run();
    }
    this.now = Math.max(this.now, end);
  }
}
