import { inspect } from "node:util";
import { paint } from "../terminal/index.js";

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
