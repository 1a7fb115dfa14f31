import { monotonicMs, setTickPeriod } from "../proxywasm/time";
import { PluginContext } from "./plugin-context";
import { registeredTicks, Tick } from "./tick";

/** The longest wait for the first run, and the timer's period for ticks without a longer common period. */
const STEP_MS: i32 = 100;

/** The ticks of one configuration. A root context has one timer, which all ticks and the SDK's own work share. */
export class Ticks {
  private stepMs: i32 = STEP_MS;

  constructor(
    private ticks: Tick[],
    /** The current period of the host's timer; 0: off. */
    public timerMs: i32,
  ) {
    for (let i = 0; i < ticks.length; i++) this.stepMs = min(this.stepMs, ticks[i].periodMs);
  }

  /** Runs the ticks that are due. */
  run(ctx: PluginContext): void {
    const ticks = this.ticks;
    const earlyMs = <f64>this.timerMs / 2;
    let common = 0;
    let shortest = i32.MAX_VALUE;
    for (let i = 0; i < ticks.length; i++) {
      const tick = ticks[i];
      tick.runIfDue(ctx, earlyMs);
      common = divisor(common, tick.periodMs);
      shortest = min(shortest, tick.periodMs);
    }
    this.stepMs = max(common, min(STEP_MS, shortest));
  }

  /**
   * Sets the period of the host's timer.
   *
   * @param otherMs the period that the SDK's own work needs; 0: none
   * @param isCut whether the current period of the timer does not end, so that the next period must not be a whole one
   */
  setTimer(otherMs: i32, isCut: bool): void {
    let period = 0;
    const ticks = this.ticks;
    if (ticks.length > 0) {
      period = this.stepMs;
      if (isCut) for (let i = 0; i < ticks.length; i++) period = min(period, ticks[i].restMs(monotonicMs()));
    }
    if (otherMs > 0 && (period == 0 || otherMs < period)) period = otherMs;
    if (period == this.timerMs) return;
    this.timerMs = period;
    setTickPeriod(period);
  }
}

/** The key of the ticks among the values of the plugin. */
// @ts-ignore: decorator
@lazy const TICKS = "\0ticks";

/** The ticks of a configuration that the plugin has accepted. */
export function ticksOf(ctx: PluginContext): Ticks {
  const ticks = ctx.get<Ticks>(TICKS);
  return ticks === null ? new Ticks([], 0) : ticks;
}

/** Gives the ticks that were registered to their configuration. `earlier` is the previous configuration of the root. */
export function startTicks(ctx: PluginContext, earlier: PluginContext | null): void {
  ctx.set<Ticks>(TICKS, new Ticks(registeredTicks(), earlier === null ? 0 : ticksOf(earlier).timerMs));
}

/** The greatest common divisor. */
function divisor(a: i32, b: i32): i32 {
  while (b != 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}
