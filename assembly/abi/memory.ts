// What the host hands over: it asks for memory by `malloc`, fills it, and writes address and size to two slots.

import { decodeUtf8 } from "./utf8";

// ┌ 0 ─────── 4 ─────── 8 ──────── 16 ┐
// │ address │ size    │ number       │
// └─────────┴─────────┴──────────────┘
const SLOTS: usize = memory.data(16, 8);

/** Where the host writes the address of what it hands over. */
// @ts-ignore: decorator
@inline
export function addressSlot(): usize {
  return SLOTS;
}

/** Where the host writes the size of what it hands over. */
// @ts-ignore: decorator
@inline
export function sizeSlot(): usize {
  return SLOTS + 4;
}

/** Where the host writes a single number of up to 8 bytes. */
// @ts-ignore: decorator
@inline
export function numberSlot(): usize {
  return SLOTS + 8;
}

/**
 * Memory for the host to fill. It is an ArrayBuffer that nothing refers to yet; since nothing is collected before the
 * entry ends, it lives long enough to be adopted, and goes with the next collection if it is not.
 *
 * @returns its address, or 0 where the size is no size that an ArrayBuffer can have (the host call then fails with
 * `InvalidMemoryAccess`).
 */
export function malloc(size: i32): usize {
  return <u32>size > <u32>(1 << 30) - 64 ? 0 : __new(<usize>size, idof<ArrayBuffer>());
}

/** The bytes that the host handed over last. */
export function takenBytes(): ArrayBuffer {
  const address = load<usize>(addressSlot());
  // An empty value comes as address 0, without a call of malloc.
  return address != 0 && load<u32>(sizeSlot()) != 0 ? changetype<ArrayBuffer>(address) : new ArrayBuffer(0);
}

/** The text that the host handed over last, losslessly (see `decodeUtf8`). */
export function takenText(): string {
  return decodeUtf8(load<usize>(addressSlot()), load<i32>(sizeSlot()));
}
