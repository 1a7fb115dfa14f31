import { columns } from "../terminal/index.js";
import type { Command, CommandTable } from "./command.js";
import { GLOBAL_HELP } from "./global-options.js";

/** The name of the program in messages. */
export const PROGRAM = "as-proxy-wasm";

/** The list of all commands. */
export async function overview(commands: CommandTable): Promise<string> {
  return `Usage: ${PROGRAM} COMMAND [options]

Builds, tests and runs gateway plugins for Higress, Istio and Envoy.

Commands:
${(await list(commands)).join("\n")}

  help [COMMAND]        describes a command, as COMMAND --help does
  --version, -V         prints the version of the SDK

Examples:
  npx ${PROGRAM} build --watch
  npx ${PROGRAM} help build`;
}

/** The help text of one command. */
export async function helpOf(command: Command): Promise<string> {
  const { help, subcommands, usage } = command;
  const below = subcommands ? `\n\nCommands:\n${(await list(subcommands)).join("\n")}` : "";
  return `Usage: ${PROGRAM} ${usage}\n\n${help.trimEnd()}${below}\n\n${GLOBAL_HELP}`;
}

async function list(commands: CommandTable): Promise<string[]> {
  const rows = Object.entries(commands).map(async ([name, load]) => [name.padEnd(20), (await load()).about]);
  return columns(await Promise.all(rows), "  ");
}
