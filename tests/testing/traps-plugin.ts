import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../sdk/envoy/index.js";
import { buildInPlace } from "./build-in-place.js";

/** The folder of a plugin that traps in the way that the header x-trap names. */
export const TRAPS = join(packageRoot(), "tests", "plugins", "traps");

/**
 * Builds it beside its sources, as its author would, so that they are found.
 *
 * @returns the path of the module, with its source map beside it for "debug"
 */
export function buildTraps(target: "debug" | "release"): string {
  return buildInPlace(TRAPS, target);
}

/** The position of the line that ends with the comment `// mark`, such as "assembly/index.ts:15". */
export function markedLine(file: string, mark: string): string {
  const lines = readFileSync(join(TRAPS, file), "utf8").split("\n");
  const at = lines.findIndex((line) => line.endsWith(`// ${mark}`));
  if (at < 0) throw new Error(`no line of ${file} ends with // ${mark}`);
  return `${file}:${at + 1}`;
}
