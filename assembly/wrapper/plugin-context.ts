import { Log } from "./log";
import { Values } from "./values";

/** One configuration of a plugin, while it is read: what all its rules share. */
export class PluginContext {
  private values: Values | null = null;

  /** @internal */
  constructor(
    /** The plugin's log. */
    readonly log: Log,
  ) {}

  /** Keeps a value for the readings that follow: the global configuration is read first, then each rule in order. */
  set<T>(key: string, value: T): void {
    let values = this.values;
    if (values === null) {
      values = new Values();
      this.values = values;
    }
    values.set<T>(key, value);
  }

  /** A value that was kept; null if there is none of this type. For numbers and bools see `getOr`. */
  get<T>(key: string): T | null {
    const values = this.values;
    return values === null ? null : values.get<T>(key);
  }

  /** A value that was kept, or another if there is none of this type. */
  getOr<T>(key: string, otherwise: T): T {
    const values = this.values;
    return values === null ? otherwise : values.getOr<T>(key, otherwise);
  }
}
