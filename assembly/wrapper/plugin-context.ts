import { PendingCall } from "../context/calls";
import { RootContext } from "../context/contexts";
import { setReporter } from "../proxywasm/log";
import { Caller } from "./caller";
import { Log } from "./log";
import { Values } from "./values";

/**
 * The plugin itself, with one configuration in one VM. Holds the values that the parsers of the configuration share: the
 * parser of the global configuration and those of its rules, see `ParseConfigWithContext`. Makes calls that belong to no
 * request, see `HttpClient`.
 *
 * @example
 * ```ts
 * function numberRules(ctx: PluginContext, json: Json, config: Config): Error | null {
 *   config.number = ctx.getOr<i32>("rules", 0);
 *   ctx.set<i32>("rules", config.number + 1);
 *   return null;
 * }
 * ```
 */
export class PluginContext implements Caller {
  private values: Values | null = null;

  /** @internal */
  constructor(
    private root: RootContext,
    /** The plugin's log. */
    readonly log: Log,
  ) {}

  /** The number of the root context in the VM. */
  get id(): u32 {
    return this.root.id;
  }

  /** Stores a value for the parser calls that follow: the global configuration is parsed first, then each rule in order. */
  set<T>(key: string, value: T): void {
    let values = this.values;
    if (values === null) {
      values = new Values();
      this.values = values;
    }
    values.set<T>(key, value);
  }

  /** Returns a value that `set` stored; null if the key has no value of this type. For numbers and bools use `getOr`. */
  get<T>(key: string): T | null {
    const values = this.values;
    return values === null ? null : values.get<T>(key);
  }

  /** Returns a value that `set` stored, or `otherwise` if the key has no value of this type. */
  getOr<T>(key: string, otherwise: T): T {
    const values = this.values;
    return values === null ? otherwise : values.getOr<T>(key, otherwise);
  }

  /** @internal The host delivers no call result to a root context that is gone. */
  get isOver(): bool {
    return false;
  }

  /** @internal */
  callHost(): string {
    return "";
  }

  /** @internal */
  addCall(call: PendingCall): void {
    this.root.calls.add(call);
  }

  /** @internal */
  callDone(): void {}

  /** @internal */
  dropCall(token: u32): void {
    this.root.calls.take(token);
  }

  /** @internal */
  begin(): void {
    this.log.setRequest(null);
    setReporter(this.log);
  }

  /** @internal */
  warnIfStuck(): void {}
}
