import type { OptionTypes } from "./command-line.js";

/** One command of `npx as-proxy-wasm`. */
export interface Command {
  /** The command line without the program's name. */
  usage: string;
  /** One line for the list of commands. */
  about: string;
  /** The text that `--help` prints. */
  help: string;
  options: OptionTypes;
  /**
   * Runs the command.
   *
   * @throws UsageError when the command line is wrong
   */
  run(positionals: string[], values: Readonly<Record<string, unknown>>): Promise<void>;
}
