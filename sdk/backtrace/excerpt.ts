import { readFileSync } from "node:fs";
import { findSource } from "./find-source.js";
import type { Frame, Place } from "./frame.js";

/** How many lines are shown before the line of the failure. */
const LINES_BEFORE = 2;

/**
 * The source lines at the failure: those of the innermost frame outside libraries.
 *
 * @param wasm the path of the module, from which its sources are found
 * @returns undefined when no frame has a source that exists
 * @example
 * excerpt(frames, "build/debug.wasm");
 * // "assembly/index.ts:14\n  12 | …\n  13 | …\n> 14 |   throw new Error("no");"
 */
export function excerpt(frames: readonly Frame[], wasm: string): string | undefined {
  for (const { place } of frames) {
    if (!place || place.source.startsWith("~lib/")) continue;
    const path = findSource(place.source, wasm);
    if (path !== undefined) return [`${place.source}:${place.line}`, ...linesAt(path, place)].join("\n");
  }
  return undefined;
}

function linesAt(path: string, { line }: Place): string[] {
  const all = readFileSync(path, "utf8").split(/\r?\n/);
  const first = Math.max(1, line - LINES_BEFORE);
  const width = String(line).length;
  return all.slice(first - 1, line).map((text, i) => {
    const number = first + i;
    return `${number === line ? ">" : " "} ${String(number).padStart(width)} | ${text}`.trimEnd();
  });
}
