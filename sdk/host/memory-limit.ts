/** What V8 in Envoy gives a plugin at most: 1 GiB. */
export const MOST_PAGES = 16384;

const MEMORY_SECTION = 5;
const FIRST_SECTION = 8;

/**
 * A module whose memory grows to 1 GiB at most: further growth fails, as in Envoy. JavaScript has no setting for that, so
 * the module's own limit is lowered, or added.
 *
 * @returns the module, and by how many bytes what follows its memory section has moved
 */
export function limitMemory(bytes: Uint8Array): { bytes: Uint8Array; shift: number } {
  let at = FIRST_SECTION;
  while (at < bytes.length) {
    const id = bytes[at]!;
    const size = readInteger(bytes, at + 1);
    const end = size.next + size.value;
    if (id !== MEMORY_SECTION) {
      at = end;
      continue;
    }
    const count = readInteger(bytes, size.next);
    const flags = bytes[count.next];
    const least = readInteger(bytes, count.next + 1);
    const most = flags === 1 ? readInteger(bytes, least.next).value : Infinity;
    // Shared memories and those of 64 bits, which no plugin has, stay as they are.
    if (count.value !== 1 || flags === undefined || flags > 1 || most <= MOST_PAGES) break;
    const body = [1, 1, ...integer(least.value), ...integer(Math.max(MOST_PAGES, least.value))];
    const section = [MEMORY_SECTION, ...integer(body.length), ...body];
    return {
      bytes: Buffer.concat([bytes.subarray(0, at), Buffer.from(section), bytes.subarray(end)]),
      shift: section.length - (end - at),
    };
  }
  return { bytes, shift: 0 };
}

/** LEB128, unsigned. */
function readInteger(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 0; at < bytes.length; shift += 7) {
    const byte = bytes[at++]!;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return { value, next: at };
}

function integer(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...integer(Math.floor(value / 0x80))];
}
