import type { ParseArgsConfig } from "node:util";

/** One command of `npx as-proxy-wasm`. */
export interface Command {
  /** How it is called, without the program's name. */
  usage: string;
  /** What it does, in a line. */
  about: string;
  /** All that there is to know, for `--help`. */
  help: string;
  /** As `parseArgs` of node:util takes them. */
  options: NonNullable<ParseArgsConfig["options"]>;
  /**
   * Does it.
   *
   * @throws UsageError when it was called in a way that makes no sense
   */
  run(positionals: string[], values: Readonly<Record<string, unknown>>): Promise<void>;
}
