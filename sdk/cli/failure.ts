import { inspect } from "node:util";
import { paint } from "../terminal/index.js";
import { UsageError } from "./usage-error.js";

/** The exit code for a wrong command line. */
export const WRONG_USAGE = 2;

/**
 * Reports why a command ended early.
 *
 * @param name the command that failed, such as "as-proxy-wasm build"
 * @param usage the line that shows how to call the command; printed when the command line is wrong
 * @returns the exit code: 2 when the command line is wrong, otherwise 1
 */
export function failed(name: string, error: unknown, isVerbose: boolean, usage?: string): number {
  const isUsage = error instanceof UsageError;
  printFailure(name, error, isVerbose && !isUsage);
  if (isUsage && usage !== undefined) console.error(usage);
  return isUsage ? WRONG_USAGE : 1;
}

/**
 * Prints one line about an error to standard error, or the whole error with its stack.
 *
 * @param name the command that failed, such as "as-proxy-wasm build"
 */
export function printFailure(name: string, error: unknown, isVerbose: boolean): void {
  if (isVerbose) console.error(`${name}: ${inspect(error)}`);
  else console.error(`${paint("red", `${name}:`, process.stderr)} ${messageOf(error)}`);
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.message === "" ? error.name : error.message;
  // An error of the command itself, whose message alone helps nobody.
  const isOwn = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return isOwn ? `${text} (--verbose shows where)` : text;
}
