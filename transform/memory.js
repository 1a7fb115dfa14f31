// The static data of a module.

const HEAP = "~lib/memory/__heap_base";
const PAGE = 0x10000;

/** Passes that remove unused globals and functions. */
export const CLEAN = ["simplify-globals", "precompute", "vacuum", "remove-unused-module-elements"];

/**
 * @typedef {object} Segment a static object, or other static data
 * @property {number} offset
 * @property {Buffer} bytes
 */

/**
 * The static data, in the order of the addresses.
 *
 * @param {any} module
 * @returns {Segment[]}
 */
export function segmentsOf(module) {
  return Array.from({ length: module.getNumDataSegments() }, (_, i) => {
    const { offset, data } = module.getDataSegmentInfo(module.getDataSegmentByIndex(i));
    return { offset, bytes: Buffer.from(data) };
  });
}

/**
 * Replaces the static data.
 *
 * @param {any} module
 * @param {Segment[]} segments
 */
export function setSegments(module, segments) {
  const { initial, max, shared } = module.getMemoryInfo();
  const end = Math.max(...segments.map(({ offset, bytes }) => offset + bytes.length));
  module.setMemory(
    // The allocator needs some bytes behind the static data.
    Math.max(initial, Math.ceil((end + 64) / PAGE)),
    max ?? -1,
    null, // it is exported already
    segments.map(({ offset, bytes }) => ({ passive: false, offset: module.i32.const(offset), data: bytes })),
    ...[shared, false, "0"],
  );
}

/** The address at which the heap begins. */
export function heapBase(/** @type {any} */ binaryen, /** @type {any} */ module) {
  return binaryen.getExpressionInfo(binaryen.getGlobalInfo(module.getGlobal(HEAP)).init).value;
}

/**
 * Reserves memory before the heap.
 *
 * @param {any} binaryen
 * @param {any} module
 * @param {number} size
 * @returns {number} its address, a multiple of 16
 */
export function reserve(binaryen, module, size) {
  const address = heapBase(binaryen, module);
  setGlobal(binaryen, module, HEAP, (address + size + 15) & ~15);
  return address;
}

/** Makes a global a constant. */
export function setGlobal(
  /** @type {any} */ binaryen,
  /** @type {any} */ module,
  /** @type {string} */ name,
  /** @type {number} */ value,
) {
  if (!module.getGlobal(name)) return;
  module.removeGlobal(name);
  module.addGlobal(name, binaryen.i32, false, module.i32.const(value));
}
