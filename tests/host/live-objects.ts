import type { Vm } from "../../sdk/host/index.js";

// The layout of memory, see assembly/runtime/blocks.ts: blocks without gaps. A block is a word with its size and two flags,
// and then the object, whose third word is the id of its class.
const FREE = 1;
const FLAGS = 3;
const WORD = 4;
/** Where an object has the id of its class, a block in which objects are made has this number. */
const CHUNK = 0;

/**
 * Counts the objects in the memory of a plugin, and their bytes, by the id of the class.
 *
 * @param first the address of the first block
 */
export function liveObjects({ memory }: Vm, first: number): Map<number, { count: number; bytes: number }> {
  const found = new Map<number, { count: number; bytes: number }>();
  const word = (at: number) => memory.bytes(at, WORD)!.readUInt32LE();
  for (let at = first; ;) {
    const head = word(at);
    const size = head & ~FLAGS;
    if (size === 0) return found;
    const id = word(at + 3 * WORD);
    if ((head & FREE) === 0 && id !== CHUNK) {
      const { count, bytes } = found.get(id) ?? { count: 0, bytes: 0 };
      found.set(id, { count: count + 1, bytes: bytes + size });
    }
    at += WORD + size;
  }
}
