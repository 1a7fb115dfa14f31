import { Json } from "../../json";
import { Log } from "../log";

/**
 * Whether the plugin may have the option `EnableRuleLevelConfigIsolation`. The transform makes it false where no source of
 * the plugin names that; then the compiler leaves out what is only there for it.
 */
export const ISOLATION: bool = true;

/** Rules as they were in the configuration before, in the place of those that cannot be read. */
export abstract class RuleIsolation {
  /** A configuration is about to be read. */
  abstract begin(log: Log): void;

  /** A rule as it was in the configuration before, by `identityOf`; null if it was not there. */
  abstract before(identity: string): Json | null;

  /** A rule is as this in the configuration that is being read; of two of one identity the first counts. */
  abstract keep(identity: string, rule: Json): void;

  /** The configuration was taken, by this root. */
  abstract commit(root: u32): void;
}
