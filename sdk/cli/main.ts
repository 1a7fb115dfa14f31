import { unknownName } from "../options/unknown-option.js";
import type { Command } from "./command.js";
import { create } from "./create.js";
import { explain } from "./explain.js";
import { runCommand } from "./run-command.js";

const COMMANDS: Readonly<Record<string, Command>> = { create, explain };

/**
 * Runs a command of `npx as-proxy-wasm`.
 *
 * @param args the command line after the program's name
 * @returns the exit code: 0, 1 when the command fails, or 2 when the command line is wrong
 */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    console.log(overview());
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return runCommand("as-proxy-wasm", command, rest);
  console.error(`as-proxy-wasm: ${unknownName("command", name, Object.keys(COMMANDS))}\n\n${overview()}`);
  return 2;
}

function overview(): string {
  const lines = Object.values(COMMANDS).map(({ usage, about }) => `  ${usage}\n      ${about}`);
  return `Usage: as-proxy-wasm COMMAND\n\n${lines.join("\n")}\n\nas-proxy-wasm COMMAND --help describes a command.`;
}
