import type { OptionTypes } from "./command-line.js";

/** The options that all commands have, before or after the command's name. */
export const GLOBAL_OPTIONS = {
  help: { type: "boolean", short: "h" },
  verbose: { type: "boolean" },
  color: { type: "boolean" },
  "no-color": { type: "boolean" },
} as const satisfies OptionTypes;

/** The description of these options in each help text. */
export const GLOBAL_HELP = `Options of all commands:
  --help, -h            prints this text
  --verbose             prints the stack of an error
  --color, --no-color   colours or none; by default colours on a terminal, unless NO_COLOR is set`;

/** A command line without the options that the whole program obeys. */
export interface GlobalOptions {
  args: string[];
  isVerbose: boolean;
}

/**
 * Takes `--verbose`, `--color` and `--no-color` out of a command line, and puts the colours into force.
 *
 * @example
 * takeGlobalOptions(["build", "--verbose"]); // { args: ["build"], isVerbose: true }
 */
export function takeGlobalOptions(args: readonly string[]): GlobalOptions {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const given = new Set(args.slice(0, end));
  // The libraries and processes that the command uses read the same variables.
  if (given.has("--color")) process.env["FORCE_COLOR"] = "1";
  if (given.has("--no-color")) {
    delete process.env["FORCE_COLOR"];
    process.env["NO_COLOR"] = "1";
  }
  const isGlobal = (arg: string, i: number) => i < end && ["--verbose", "--color", "--no-color"].includes(arg);
  return { args: args.filter((arg, i) => !isGlobal(arg, i)), isVerbose: given.has("--verbose") };
}
