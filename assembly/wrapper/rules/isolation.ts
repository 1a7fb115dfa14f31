import { Json } from "../../json";
import { Log } from "../log";

/**
 * Whether the plugin may use the option `EnableRuleLevelConfigIsolation`. If no source of the plugin names the option, the
 * transform sets this constant to false, and the compiler drops the code that only the option needs.
 */
export const ISOLATION: bool = true;

/** The rules of the previous configuration, which replace rules that cannot be parsed. */
export abstract class RuleIsolation {
  /** Called before a configuration is parsed. */
  abstract begin(log: Log): void;

  /** A rule of the previous configuration, by `identityOf`; null if it had no such rule. */
  abstract previous(identity: string): Json | null;

  /** Stores a rule of the configuration that is being parsed. Of two rules with the same identity the first is kept. */
  abstract keep(identity: string, rule: Json): void;

  /** Called when this root context has accepted the configuration. */
  abstract commit(root: u32): void;
}
