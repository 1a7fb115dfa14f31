import { Log } from "./log";
import { Values } from "./values";

/**
 * Values that the parsers of one configuration share: the parser of the global configuration and those of its rules. See
 * `ParseConfigWithContext`.
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
export class PluginContext {
  private values: Values | null = null;

  /** @internal */
  constructor(
    /** The plugin's log. */
    readonly log: Log,
  ) {}

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
}
