// How the host passes bytes to the guest: the host calls `malloc`, writes the bytes to that memory, and writes their
// address and size to two slots.

import { decodeUtf8 } from "./utf8";

// ┌ 0 ─────── 4 ─────── 8 ──────── 16 ┐
// │ address │ size    │ number       │
// └─────────┴─────────┴──────────────┘
const SLOTS: usize = memory.data(16, 8);

/** The slot to which the host writes the address of the bytes. */
// @ts-ignore: decorator
@inline
export function addressSlot(): usize {
  return SLOTS;
}

/** The slot to which the host writes the number of bytes. */
// @ts-ignore: decorator
@inline
export function sizeSlot(): usize {
  return SLOTS + 4;
}

/** The slot to which the host writes a number of up to 8 bytes. */
// @ts-ignore: decorator
@inline
export function numberSlot(): usize {
  return SLOTS + 8;
}

/**
 * Allocates memory for the host to fill: an ArrayBuffer without references. The collector does not run before the entry
 * ends, so the SDK has time to use the buffer. The next collection frees a buffer that nothing refers to.
 *
 * @returns the address; 0 if an ArrayBuffer cannot have this size (the host call then fails with `InvalidMemoryAccess`)
 */
export function malloc(size: i32): usize {
  return <u32>size > <u32>(1 << 30) - 64 ? 0 : __new(<usize>size, idof<ArrayBuffer>());
}

/**
 * Forgets what the host has passed. Call it before a collection, which frees the bytes: a host may return `Ok` without an
 * address.
 */
// @ts-ignore: decorator
@inline
export function forgetTaken(): void {
  store<u64>(SLOTS, 0);
}

/** The bytes that the host passed last. */
export function takenBytes(): ArrayBuffer {
  const address = load<usize>(addressSlot());
  // For an empty value the host writes address 0 and does not call malloc.
  return address != 0 && load<u32>(sizeSlot()) != 0 ? changetype<ArrayBuffer>(address) : new ArrayBuffer(0);
}

/** The text that the host passed last, decoded without loss (see `decodeUtf8`). */
export function takenText(): string {
  return decodeUtf8(load<usize>(addressSlot()), load<i32>(sizeSlot()));
}
