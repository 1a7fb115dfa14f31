import { shortName, type Frame } from "./frame.js";

/** A backtrace that begins in the plugin's own source. */
export interface FoldedFrames {
  /** The frames from the innermost one in the plugin's own source outwards. */
  frames: Frame[];
  /** The library functions that were running inside it, outermost first: "Array<i32>#__get". */
  inside: string[];
}

/**
 * Takes the library frames off the top of a backtrace, so that the backtrace begins in the plugin's own source. A
 * backtrace of library frames only stays whole.
 *
 * @example
 * foldLibrary([arrayGet, limitOf, onRequestHeaders]);
 * // { frames: [limitOf, onRequestHeaders], inside: ["Array<i32>#__get"] }
 */
export function foldLibrary(frames: readonly Frame[]): FoldedFrames {
  const first = frames.findIndex((frame) => !isLibrary(frame));
  if (first < 0) return { frames: [...frames], inside: [] };
  const inside = frames.slice(0, first).map(({ name }) => shortName(name));
  return { frames: frames.slice(first), inside: inside.reverse() };
}

/** Adds the names of the folded functions to the line of the first frame: "…, in Array<i32>#__get". */
export function withFolded(lines: readonly string[], inside: readonly string[]): string[] {
  return lines.map((line, index) => (index === 0 ? [line, ...inside].join(", in ") : line));
}

/** Whether a frame is in a library: AssemblyScript's own, the SDK, or another package. */
function isLibrary({ name, place }: Frame): boolean {
  return (place?.source ?? name).startsWith("~lib/");
}
