import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../sdk/envoy/index.js";
import { buildInPlace } from "./build-in-place.js";

/** The folder of the plugin `traps`. The request header x-trap selects how this plugin traps. */
export const TRAPS = join(packageRoot(), "tests", "plugins", "traps");

/**
 * Builds the plugin `traps` in its own folder, so that a backtrace finds the sources.
 *
 * @returns the path of the module; for "debug", the source map is in the same folder
 */
export function buildTraps(target: "debug" | "release"): Promise<string> {
  return buildInPlace(TRAPS, target);
}

/** The position of the line that ends with the comment `// mark`, such as "assembly/index.ts:15". */
export function markedLine(file: string, mark: string): string {
  const lines = readFileSync(join(TRAPS, file), "utf8").split("\n");
  const at = lines.findIndex((line) => line.endsWith(`// ${mark}`));
  if (at < 0) throw new Error(`no line of ${file} ends with // ${mark}`);
  return `${file}:${at + 1}`;
}
