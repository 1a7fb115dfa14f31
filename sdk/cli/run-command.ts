import type { Command } from "./command.js";
import { parseCommandLine } from "./command-line.js";
import { UsageError } from "./usage-error.js";

/**
 * Runs one command. A failure is printed as one line, with the stack if the command line has `--verbose`.
 *
 * @param program the word or words before the usage of the command: "as-proxy-wasm"
 * @param args the command line after the command's name
 * @returns the exit code: 0, 1 when the command fails, or 2 when the command line is wrong
 */
export async function runCommand(program: string, command: Command, args: readonly string[]): Promise<number> {
  const name = `${program} ${command.usage.split(" ")[0]!}`;
  const usage = `Usage: ${program} ${command.usage}`;
  let isVerbose = false;
  try {
    const common = { help: { type: "boolean", short: "h" }, verbose: { type: "boolean" } } as const;
    const { positionals, values } = parseCommandLine(args, { ...command.options, ...common });
    isVerbose = values["verbose"] === true;
    if (values["help"]) console.log(`${usage}\n\n${command.help}`);
    else await command.run(positionals, values);
    return 0;
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    console.error(`${name}: ${isVerbose ? stack : message}`);
    if (!(error instanceof UsageError)) return 1;
    console.error(usage);
    return 2;
  }
}
