import { findSource } from "./find-source.js";
import { shortName, type Frame } from "./frame.js";

/**
 * A frame in JavaScript's format, which editors, terminals and vitest turn into a link.
 *
 * @param wasm the path of the module, from which its sources are found
 * @param show converts the absolute path of a file for the output
 * @example
 * stackLine(frame, "build/debug.wasm"); // "    at onRequestHeaders (/my-plugin/assembly/index.ts:14:5)"
 */
export function stackLine(frame: Frame, wasm: string | undefined, show = (path: string) => path): string {
  const { name, offset, place } = frame;
  if (!place) return `    at ${shortName(name)} (wasm 0x${offset.toString(16)})`;
  const path = wasm === undefined ? undefined : findSource(place.source, wasm);
  return `    at ${shortName(name)} (${path === undefined ? place.source : show(path)}:${place.line}:${place.column})`;
}
