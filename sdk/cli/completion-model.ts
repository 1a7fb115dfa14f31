import type { Command, CommandTable, Completion } from "./command.js";
import type { OptionTypes } from "./command-line.js";
import { GLOBAL_OPTIONS } from "./global-options.js";

/** A command as completion scripts see it. */
export interface CompletedCommand {
  /** The words before the cursor that lead to the command: "" for the program itself, "manifest convert" for a subcommand. */
  path: string;
  about: string;
  subcommands: { name: string; about: string }[];
  options: CompletedOption[];
  positionals: Completion | undefined;
}

/** An option as it is written. */
export interface CompletedOption {
  /** Such as "--engine" and, if the option has a short name, "-e". */
  names: string[];
  takesValue: boolean;
  /** What the shell offers for the value; undefined for any text. */
  value: Completion | undefined;
}

/** The program itself, then all commands with their subcommands. */
export async function completedCommands(table: CommandTable): Promise<CompletedCommand[]> {
  const global = optionsOf({ options: {} });
  const version = { names: ["--version", "-V"], takesValue: false, value: undefined };
  const below = await Promise.all(Object.entries(table).map(([name, load]) => walk(name, load)));
  const subcommands = below.map(([{ path, about }]) => ({ name: path, about }));
  const help = { name: "help", about: "describes a command" };
  const names = Object.keys(table);
  return [
    { path: "", about: "", subcommands: [...subcommands, help], options: [...global, version], positionals: undefined },
    { path: "help", about: help.about, subcommands: [], options: [], positionals: names },
    ...below.flat(),
  ];
}

async function walk(path: string, load: () => Promise<Command>): Promise<[CompletedCommand, ...CompletedCommand[]]> {
  const command = await load();
  const inner = Object.entries(command.subcommands ?? {});
  const below = await Promise.all(inner.map(([name, loadInner]) => walk(`${path} ${name}`, loadInner)));
  const subcommands = below.map(([{ about }], i) => ({ name: inner[i]![0], about }));
  const { about, positionals } = command;
  return [{ path, about, subcommands, options: optionsOf(command), positionals }, ...below.flat()];
}

function optionsOf({ options, values }: Pick<Command, "options" | "values">): CompletedOption[] {
  const all: OptionTypes = { ...options, ...GLOBAL_OPTIONS };
  return Object.entries(all).map(([name, { type, short }]) => ({
    names: [`--${name}`, ...(short === undefined ? [] : [`-${short}`])],
    takesValue: type === "string",
    value: values?.[name],
  }));
}
