import { ModuleReader } from "./module-reader.js";

/** The largest memory of a plugin in Envoy, 1 GiB: the limit of its V8. */
export const MOST_PAGES = 16384;

const MEMORY_SECTION = 5;

/**
 * Limits the memory of a module to 1 GiB, so that further growth fails, as in Envoy. JavaScript has no setting for this
 * limit, so the limit in the module is lowered, or added.
 *
 * @returns the changed module, and how many bytes the content behind its memory section has moved
 */
export function limitMemory(bytes: Uint8Array): { bytes: Uint8Array; shift: number } {
  const reader = new ModuleReader(bytes);
  for (const { id, from, to } of reader.sections()) {
    if (id !== MEMORY_SECTION) continue;
    const count = reader.integer();
    const flags = reader.byte();
    const least = reader.integer();
    const most = flags === 1 ? reader.integer() : Infinity;
    // Shared and 64-bit memories, which no plugin has, stay as they are. So do bytes that are not a module.
    if (count !== 1 || flags > 1 || most <= MOST_PAGES || reader.at !== to || to > bytes.length) break;
    const body = [1, 1, ...integer(least), ...integer(Math.max(MOST_PAGES, least))];
    const section = [MEMORY_SECTION, ...integer(body.length), ...body];
    return {
      bytes: Buffer.concat([bytes.subarray(0, from), Buffer.from(section), bytes.subarray(to)]),
      shift: section.length - (to - from),
    };
  }
  return { bytes, shift: 0 };
}

/** A number as LEB128. */
function integer(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...integer(Math.floor(value / 0x80))];
}
