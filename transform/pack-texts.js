// Makes the string constants of a module smaller. asc writes a header of 20 bytes and two bytes per character. Here a text
// becomes one byte per character in a list, which `unpackTexts` of assembly/abi/packed-texts.ts expands when the module
// starts. Strings that no code refers to are left out.

import { segmentsOf, setSegments } from "./memory.js";

/** @typedef {import("./memory.js").Segment} Segment */

/** The list begins a run of 16 bytes that hold no packed text with this byte, */
const SKIP = 255;
/** and a text of this length or more with this byte. */
const LONG = 254;
/** The longest text that is packed. */
const LONGEST = 0xffff;
/** The most units of 16 bytes that one entry of the list skips. */
const MOST_UNITS = 0xffff;
const STRING_ID = 2;
const HEADER = 20;
/** An object begins at a multiple of 16, so its header begins this number of bytes behind one. */
const HEADER_PLACE = 12;

/**
 * Packs the texts. Call it when unused functions and globals are removed from the module, which would keep texts.
 *
 * @param {any} binaryen
 * @param {any} module
 * @param {number} end the address at which the heap begins
 * @param {Iterable<number>} more numbers that may be addresses, besides those in the code
 * @param {string} unpack the name of `unpackTexts`
 */
export function packTexts(binaryen, module, end, more, unpack) {
  const segments = segmentsOf(module);
  const code = module.emitText().replaceAll(/^ \(data .*$/gm, "");
  const kept = reachable(segments, [...numbersIn(code), ...more]);
  const packed = kept.filter((it) => textOf(it) !== undefined);
  if (packed.length === 0) return;

  /** @type {number[]} */
  const list = [];
  const first = /** @type {Segment} */ (packed[0]).offset;
  let place = first;
  for (const segment of packed) {
    for (let units = (segment.offset - place) >> 4; units > 0; units -= MOST_UNITS) {
      const some = Math.min(units, MOST_UNITS);
      list.push(SKIP, some & 255, some >> 8);
    }
    const text = /** @type {string} */ (textOf(segment));
    const { length } = text;
    list.push(...(length < LONG ? [length] : [LONG, length & 255, length >> 8]), ...Buffer.from(text, "latin1"));
    place = segment.offset + ((HEADER + text.length * 2 + 15) & ~15);
  }
  const others = kept.filter((it) => !packed.includes(it));
  setSegments(module, [...others, { offset: end, bytes: Buffer.from(list) }]);
  callFirst(binaryen, module, [end, end + list.length, first], unpack);
}

/**
 * The numbers in the functions and globals of some files. Call it before the module is optimised, which turns an address such
 * as `changetype<usize>(TABLE) - 64` into a number that no longer shows what it refers to.
 *
 * @param {any} module
 * @param {string[]} paths the paths of the files without `.ts`
 */
export function numbersOf(module, paths) {
  const parts = module.emitText().split(/\n \((?:func|global) \$(?:start:)?/);
  return numbersIn(parts.filter((/** @type {string} */ it) => paths.some((path) => it.startsWith(path))).join(""));
}

/**
 * The static data that code refers to, directly or through other static data. Data of `memory.data` counts as such, since the
 * code may use any address before or behind the data.
 *
 * @param {Segment[]} segments in the order of their addresses
 * @param {Iterable<number>} numbers the numbers in the code, some of which are addresses
 */
function reachable(segments, numbers) {
  const raw = segments.filter((it) => !isObject(it));
  const found = new Set(raw);
  const open = [...numbers, ...raw.flatMap(wordsOf)];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const segment of segments) {
      const isIn = at >= segment.offset && at <= segment.offset + segment.bytes.length;
      if (!isIn || found.has(segment)) continue;
      found.add(segment);
      if (!isString(segment)) open.push(...wordsOf(segment));
    }
  }
  return segments.filter((it) => found.has(it));
}

/** All constants of 32 bits in the code and in the globals of a module, without duplicates. */
function numbersIn(/** @type {string} */ code) {
  /** @type {Set<number>} */
  const found = new Set();
  for (const [, number] of code.matchAll(/\(i32\.const (-?\d+)\)/g)) found.add(Number(number));
  return found;
}

/** The numbers in static data, some of which may be addresses. */
function wordsOf(/** @type {Segment} */ { bytes }) {
  return Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readUInt32LE(i * 4));
}

/** Whether static data is an object. Three words of the header of a constant are 0. */
function isObject(/** @type {Segment} */ { offset, bytes }) {
  return offset % 16 === HEADER_PLACE && bytes.length >= HEADER && bytes.subarray(0, 12).every((it) => it === 0);
}

/** Whether static data is a string: its size and the size of its object are those of a string. */
function isString(/** @type {Segment} */ { offset, bytes }) {
  if (!isObject({ offset, bytes }) || bytes.readUInt32LE(12) !== STRING_ID) return false;
  const size = bytes.readUInt32LE(16);
  return size % 2 === 0 && bytes.length === ((HEADER + size + 15) & ~15);
}

/** The text of a string that can be packed: a text of bytes. */
function textOf(/** @type {Segment} */ segment) {
  if (!isString(segment)) return undefined;
  const text = segment.bytes.subarray(HEADER, HEADER + segment.bytes.readUInt32LE(16)).toString("utf16le");

  return text.length <= LONGEST && /^[\0-\xff]*$/.test(text) ? text : undefined;
}

/** Makes a call of a function the first thing that a module does. */
function callFirst(
  /** @type {any} */ binaryen,
  /** @type {any} */ module,
  /** @type {number[]} */ args,
  /** @type {string} */ name,
) {
  const start = module.getFunction("~start");
  const { body } = binaryen.getFunctionInfo(start);
  const call = module.call(
    name,
    args.map((it) => module.i32.const(it)),
    binaryen.none,
  );
  // Behind the check that lets the function run once, and the mark that it has run.
  const { children } = binaryen.getExpressionInfo(body);
  const mark = children.findIndex(
    (/** @type {any} */ it) => binaryen.getExpressionInfo(it).id === binaryen.GlobalSetId,
  );
  binaryen.Block.insertChildAt(body, mark + 1, call);
}
