import type { Clock, Timers } from "../host/index.js";

/** The time at which a plugin's clock starts by default. */
const DEFAULT_NOW = Date.UTC(2026, 0, 1);

/** The monotonic clock at the start, in nanoseconds. No gateway starts at 0, and modules of Go trap at 0. */
const MONOTONIC_START = 3_600_000_000_000n;

interface Timer {
  due: number;
  order: number;
  isTick: boolean;
  run: () => void;
}

interface ClockOwner {
  /** Adds a line to the timeline. */
  note(text: string): void;
  /** Runs work that may call the plugin. */
  run(work: () => void): void;
}

/**
 * The clock of a plugin under test. Only `advance` and `plugin.tick` move the clock, so a test does not depend on real
 * time. Ticks and the time limits of calls fire when the clock reaches them.
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

  /** Milliseconds since 1970: what `Date.now()` returns in the plugin. */
  get now(): number {
    return this.#now;
  }

  /**
   * Moves the clock forward. Runs each tick and time limit that becomes due, at its own time.
   *
   * @param ms milliseconds, 0 or more
   * @throws RangeError for a negative or infinite number; PluginTrap when the plugin traps in a tick
   */
  advance(ms: number): void {
    if (!(ms >= 0) || !Number.isFinite(ms))
      throw new RangeError(`clock.advance: expected milliseconds, 0 or more, got ${ms}`);
    const end = this.#elapsed + ms;
    this.#owner.note(`the clock advances by ${ms} ms`);
    this.#owner.run(() => this.#to(end));
  }

  #to(end: number): void {
    for (let next = this.#next(); next && next.due <= end; next = this.#next()) this.#fire(next);
    this.#moveTo(end);
  }

  /** @internal Moves to the next tick of a plugin. Returns false when no tick is set. */
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

  /** @internal The clock and the timers that the host uses. */
  get services(): { clock: Clock; timers: Timers } {
    // Rounded to microseconds: a number cannot hold the time since 1970 more precisely.
    const ns = (ms: number) => BigInt(Math.round(ms * 1000)) * 1000n;
    return {
      clock: { wall: () => ns(this.#now), monotonic: () => MONOTONIC_START + ns(this.#elapsed) },
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
