import type { OptionTypes } from "./command-line.js";

/** What the shell offers for a value: one of some words, or a file or folder. */
export type Completion = readonly string[] | "file" | "folder";

/** Commands by their names. A command is loaded when it runs, so that the others do not cost time. */
export type CommandTable = Readonly<Record<string, () => Promise<Command>>>;

/** One command of `npx as-proxy-wasm`. Its file imports what it runs with `await import`, so that `help` stays fast. */
export interface Command {
  /** The command line without the program's name. */
  usage: string;
  /** One line for the list of commands. */
  about: string;
  /** The text that `--help` prints, with an example. The options that all commands have are added. */
  help: string;
  options: OptionTypes;
  /** What the shell offers for the value of an option, by the option's name. */
  values?: Readonly<Record<string, Completion>>;
  /** What the shell offers for a positional argument. */
  positionals?: Completion;
  /** Commands that follow the name of this one. `run` runs when none of them does. */
  subcommands?: CommandTable;
  /** The command reads its command line itself: `run` gets all arguments as positionals, and only `help` in values. */
  isPassThrough?: true;
  /**
   * Runs the command.
   *
   * @returns the exit code; 0 if nothing is returned
   * @throws UsageError when the command line is wrong, Error when the command fails
   */
  run(positionals: string[], values: Readonly<Record<string, unknown>>): Promise<number | void>;
}
