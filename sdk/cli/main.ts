import { unknownWord } from "../options/unknown-option.js";
import { parseCommandLine } from "./command-line.js";
import type { Command, CommandTable } from "./command.js";
import { COMMANDS } from "./commands.js";
import { failed, WRONG_USAGE } from "./failure.js";
import { GLOBAL_OPTIONS, takeGlobalOptions } from "./global-options.js";
import { helpOf, overview, PROGRAM } from "./help.js";
import { UsageError } from "./usage-error.js";
import { packageVersion } from "./version.js";

/** A command that a command line names, and the arguments after its name. */
interface Named {
  /** Such as "manifest convert". */
  name: string;
  command: Command;
  args: string[];
}

/**
 * Runs a command of `npx as-proxy-wasm`.
 *
 * @param argv the command line after the program's name
 * @returns the exit code: 0, 1 when the command fails, 2 when the command line is wrong, or what the command returns
 */
export async function main(argv: readonly string[]): Promise<number> {
  const { args, isVerbose } = takeGlobalOptions(argv);
  let named: Named | undefined;
  try {
    const [first, ...rest] = args;
    if (first === undefined) {
      console.error(await overview(COMMANDS));
      return WRONG_USAGE;
    }
    if (first === "--version" || first === "-V") console.log(packageVersion());
    else if (first === "--help" || first === "-h" || first === "help") console.log(await help(rest));
    else {
      named = await find(COMMANDS, args);
      return await run(named);
    }
    return 0;
  } catch (error) {
    const name = named ? `${PROGRAM} ${named.name}` : PROGRAM;
    return failed(name, error, isVerbose, named && `Usage: ${PROGRAM} ${named.command.usage}`);
  }
}

async function run({ command, args }: Named): Promise<number> {
  const isHelp = args[0] === "--help" || args[0] === "-h";
  const { positionals, values } = command.isPassThrough
    ? { positionals: args, values: { help: isHelp } }
    : parseCommandLine(args, { ...command.options, ...GLOBAL_OPTIONS });
  if (values["help"] !== true) return (await command.run(positionals, values)) ?? 0;
  console.log(await helpOf(command));
  return 0;
}

/** The help text of the command that the words name; the list of all commands without words. */
async function help(words: readonly string[]): Promise<string> {
  const names = words.filter((word) => word !== "--help" && word !== "-h");
  if (names.length === 0) return overview(COMMANDS);
  const { command, args } = await find(COMMANDS, names);
  if (args.length > 0) throw new UsageError(`help: expected the name of a command, got "${names.join(" ")}"`);
  return helpOf(command);
}

/** The command that the first words name. */
async function find(table: CommandTable, [word = "", ...args]: readonly string[]): Promise<Named> {
  if (!Object.hasOwn(table, word)) {
    const isOption = word.startsWith("-");
    const known = isOption ? ["--help", "--version", "--verbose"] : Object.keys(table);
    throw new UsageError(unknownWord(isOption ? "option" : "command", word, known, `${PROGRAM} help lists all`));
  }
  const command = await table[word]!();
  const { subcommands, positionals } = command;
  const [next] = args;
  if (!subcommands || next === undefined || next.startsWith("-")) return { name: word, command, args };
  if (!Object.hasOwn(subcommands, next) && positionals) return { name: word, command, args };
  const below = await find(subcommands, args);
  return { ...below, name: `${word} ${below.name}` };
}
