import type { Clock, Timers } from "../host/index.js";

/** When tests begin, unless they say otherwise. */
const DEFAULT_NOW = Date.UTC(2026, 0, 1);

interface Timer {
  due: number;
  order: number;
  isTick: boolean;
  run: () => void;
}

/** What hears of the clock's moves. */
interface ClockOwner {
  note(text: string): void;
  /** Runs what reaches the plugin. */
  run(work: () => void): void;
}

/**
 * The clock of a plugin under test. It stands still until it is told to move, so nothing depends on how fast a test runs:
 * ticks and time limits of calls come when the clock passes them.
 *
 * @example
 * plugin.clock.advance(1000); // one second later
 * plugin.clock.now; // 1767225601000
 */
export class TestClock {
  #now: number;
  #elapsed = 0;
  #order = 0;
  #timers = new Set<Timer>();
  readonly #owner: ClockOwner;

  /** @internal */
  constructor(now: number = DEFAULT_NOW, owner: ClockOwner = { note: () => {}, run: (work) => work() }) {
    this.#now = now;
    this.#owner = owner;
  }

  /** Milliseconds since 1970, as `Date.now()` in the plugin. */
  get now(): number {
    return this.#now;
  }

  /**
   * Moves the clock, and runs what is due on the way, each at its time.
   *
   * @param ms milliseconds, 0 or more
   * @throws RangeError for another number; PluginTrap when the plugin traps in a tick
   */
  advance(ms: number): void {
    if (!(ms >= 0) || !Number.isFinite(ms)) throw new RangeError(`clock.advance: expected milliseconds, got ${ms}`);
    const end = this.#elapsed + ms;
    this.#owner.note(`the clock goes on by ${ms} ms`);
    this.#owner.run(() => this.#to(end));
  }

  #to(end: number): void {
    for (let next = this.#next(); next && next.due <= end; next = this.#next()) this.#fire(next);
    this.#moveTo(end);
  }

  /** @internal Moves to the next tick of a plugin; false if there is none. */
  toNextTick(): boolean {
    const tick = this.#next(true);
    if (!tick) return false;
    this.advance(tick.due - this.#elapsed);
    return true;
  }

  /** @internal */
  start(afterMs: number, run: () => void, isTick: boolean): () => void {
    const timer = { due: this.#elapsed + afterMs, order: this.#order++, isTick, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** @internal As the host wants it. */
  get services(): { clock: Clock; timers: Timers } {
    // Parts of a millisecond as far as microseconds: more a number cannot hold of the time since 1970.
    const ns = (ms: number) => BigInt(Math.round(ms * 1000)) * 1000n;
    return {
      clock: { wall: () => ns(this.#now), monotonic: () => ns(this.#elapsed) },
      timers: { start: (afterMs, run) => this.start(afterMs, run, true) },
    };
  }

  #next(onlyTicks = false): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (onlyTicks && !timer.isTick) continue;
      if (!next || timer.due < next.due || (timer.due === next.due && timer.order < next.order)) next = timer;
    }
    return next;
  }

  #fire(timer: Timer): void {
    this.#moveTo(timer.due);
    this.#timers.delete(timer);
    timer.run();
  }

  #moveTo(elapsed: number): void {
    this.#now += elapsed - this.#elapsed;
    this.#elapsed = elapsed;
  }
}
