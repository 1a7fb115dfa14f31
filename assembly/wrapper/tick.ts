import { monotonicMs } from "../proxywasm/time";
import { reported } from "../proxywasm/log";
import { Log } from "./log";
import { PluginContext } from "./plugin-context";

/** The handler of a tick, see `registerTick`. */
export type TickFunction<E> = (ctx: PluginContext, env: E, log: Log) => void;

/** A function that runs periodically. */
export abstract class Tick {
  /** The time of the next run, by `monotonicMs`, whose clock may start at 0. */
  private due: f64 = -Infinity;

  constructor(readonly periodMs: i32) {}

  /** Runs the function if its period is over by a clock that may be `earlyMs` behind. */
  runIfDue(ctx: PluginContext, earlyMs: f64): void {
    const now = monotonicMs();
    if (now + earlyMs < this.due) return;
    this.due += this.periodMs;
    // After a delay the function does not run more often to catch up.
    if (this.due <= now) this.due = now + this.periodMs;
    ctx.begin();
    this.run(ctx);
  }

  /** The time until the next run, in milliseconds; at least 1. */
  restMs(now: f64): i32 {
    return <i32>max<f64>(1, min<f64>(ceil(this.due - now), this.periodMs));
  }

  protected abstract run(ctx: PluginContext): void;
}

class TickOf<E> extends Tick {
  constructor(
    periodMs: i32,
    private env: E,
    private handle: TickFunction<E>,
  ) {
    super(periodMs);
  }
  protected override run(ctx: PluginContext): void {
    this.handle(ctx, this.env, ctx.log);
  }
}

/** The ticks that the last configuration registered. */
// @ts-ignore: decorator
@lazy let registered: Tick[] = [];

/** Whether a configuration is being parsed. */
let isOpen: bool = false;

/** Collects the ticks of a configuration from now on. */
export function beginTicks(): void {
  registered = [];
  isOpen = true;
}

/** The number of ticks that were registered since `beginTicks`. */
export function countTicks(): i32 {
  return registered.length;
}

/** Forgets the ticks after the first `kept`: the parser that registered them has failed. */
export function dropTicks(kept: i32): void {
  registered.length = kept;
}

/** Ends the registration. From now on `registerTick` returns an error. */
export function endTicks(): void {
  isOpen = false;
}

/** The ticks that were registered since `beginTicks`. */
export function registeredTicks(): Tick[] {
  return registered;
}

/**
 * Runs a function periodically, from soon after the plugin has accepted the configuration until the configuration is
 * replaced. Call `registerTick` in the parser of the configuration, or in `PrePluginStartOrReload`. Each worker runs its own
 * ticks; with `PluginContext.doLeaderElection` only one worker does the work.
 *
 * The function runs first within 100 ms. All ticks of a configuration share one timer: with several periods, a run may come
 * up to 50 ms early or 100 ms late. A tick never runs if the plugin rejects the configuration, or if the parser that has
 * registered the tick returns an error.
 *
 * @param periodMs in milliseconds, at least 1
 * @param env what the function gets, such as the configuration: of the plugin, or of the rule that the parser reads
 * @param handle gets the plugin, which is the `ctx` of the parser too, `env`, and the log. It can make calls with this `ctx`.
 * @returns null, or an error, which is also logged: called elsewhere, or a period below 1
 *
 * @example
 * ```ts
 * function parse(json: Json, config: Config): Error | null {
 *   registerTick<Config>(60_000, config, refresh);
 *   return null;
 * }
 *
 * function refresh(ctx: PluginContext, config: Config, log: Log): void {
 *   log.info("refreshing " + config.name);
 * }
 * ```
 */
export function registerTick<E>(periodMs: i32, env: E, handle: TickFunction<E>): Error | null {
  if (!isOpen) return reported("tick not registered: call registerTick in the parser of the configuration");
  if (periodMs < 1) return reported("tick not registered: expected a period of at least 1 ms");
  registered.push(new TickOf<E>(periodMs, env, handle));
  return null;
}
