import type { Command } from "./command.js";
import { parseCommandLine } from "./command-line.js";
import { explain } from "./explain.js";
import { UsageError } from "./usage-error.js";

const COMMANDS: Readonly<Record<string, Command>> = { explain };

/**
 * Runs a command of `npx as-proxy-wasm`.
 *
 * @param args the command line after the program's name
 * @returns the exit code: 0, or 2 when the command line is wrong
 */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    console.log(overview());
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    console.error(`as-proxy-wasm: unknown command "${name}"\n\n${overview()}`);
    return 2;
  }
  try {
    const options = { ...command.options, help: { type: "boolean", short: "h" } } as const;
    const { positionals, values } = parseCommandLine(rest, options);
    if (values["help"]) console.log(`Usage: as-proxy-wasm ${command.usage}\n\n${command.help}`);
    else await command.run(positionals, values);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`as-proxy-wasm ${name}: ${error.message}\nUsage: as-proxy-wasm ${command.usage}`);
    return 2;
  }
}

function overview(): string {
  const lines = Object.values(COMMANDS).map(({ usage, about }) => `  ${usage}\n      ${about}`);
  return `Usage: as-proxy-wasm COMMAND\n\n${lines.join("\n")}\n\nas-proxy-wasm COMMAND --help describes a command.`;
}
