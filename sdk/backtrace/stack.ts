import { findSource } from "./find-source.js";
import { shortName, type Frame } from "./frame.js";

/**
 * A frame as JavaScript writes its own, which editors, terminals and vitest make a link of.
 *
 * @param wasm where the module lies, to find its sources
 * @param show how a file is shown: its absolute path, unless told
 * @example
 * stackLine(frame, "build/debug.wasm"); // "    at onRequestHeaders (/my-plugin/assembly/index.ts:14:5)"
 */
export function stackLine(frame: Frame, wasm: string | undefined, show = (path: string) => path): string {
  const { name, offset, place } = frame;
  if (!place) return `    at ${shortName(name)} (wasm 0x${offset.toString(16)})`;
  const path = wasm === undefined ? undefined : findSource(place.source, wasm);
  return `    at ${shortName(name)} (${path === undefined ? place.source : show(path)}:${place.line}:${place.column})`;
}
