import { LAST_CHARACTER, firstOf, lastOf, normalize, rangeOf } from "./ranges";
import { categoryData, FOLD_SIZE, foldData } from "./unicode-data";

/** The names of the general categories, in the order of their numbers. */
// @ts-ignore: decorator
@lazy
const NAMES = "LuLlLtLmLoMnMcMeNdNlNoPcPdPsPePiPfPoSmScSkSoZsZlZpCcCfCsCoCn";
const CASED: u32 = 0b111;
const ALL: u32 = (1 << 30) - 1;
const UNASSIGNED: u32 = 1 << 29;
/** Stands for characters of Lu and Ll in turns. */
const IN_TURNS: u32 = 30;

/** The address behind the number that was read last. */
let next: usize = 0;

/** Reads a number of which each byte has seven bits, the lowest first. */
function readNumber(p: usize): u32 {
  let value: u32 = 0;
  let shift: u32 = 0;
  while (true) {
    const byte: u32 = load<u8>(p++);
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
    shift += 7;
  }
  next = p;
  return value;
}

/** The categories with a name of one or two letters, as bits; 0 if there is none. */
function categories(name: string): u32 {
  if (name == "Any") return ALL;
  if (name == "Assigned") return ALL ^ UNASSIGNED;
  if (name == "Lc") return CASED;
  let found: u32 = 0;
  if (name.length > 2 || name.length == 0) return found;
  for (let i = 0; i < NAMES.length; i += 2) {
    if (NAMES.charCodeAt(i) != name.charCodeAt(0)) continue;
    if (name.length == 1 || NAMES.charCodeAt(i + 1) == name.charCodeAt(1)) found |= 1 << (i >> 1);
  }
  return found;
}

/** Go ignores case, spaces, hyphens and underscores in a name. */
function canonical(name: string): string {
  let result = "";
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    if (c == 0x20 || c == 0x2d || c == 0x5f) continue;
    const isUpper = <u32>c - 0x41 < 26;
    const isLower = <u32>c - 0x61 < 26;
    const isFirst = result.length == 0;
    result += String.fromCharCode(isFirst && isLower ? c - 32 : !isFirst && isUpper ? c + 32 : c);
  }
  return result;
}

/**
 * Adds the characters of a general category to a set.
 *
 * @param name Such as `L` or `Lu`; `LC`, `Any`, `Assigned` and `ASCII` are categories too.
 * @returns false if there is no such category.
 */
export function addCategory(to: Array<u64>, name: string): bool {
  const short = canonical(name);
  if (short == "Ascii") {
    to.push(rangeOf(0, 0x7f));
    return true;
  }
  const wanted = categories(short);
  if (wanted == 0) return false;
  let p = categoryData();
  for (let c: u32 = 0; c <= LAST_CHARACTER;) {
    const head: u32 = load<u8>(p++);
    let length = head & 7;
    if (length == 0) {
      length = readNumber(p) + 8;
      p = next;
    }
    const category = head >> 3;
    if (category == IN_TURNS) {
      for (let i: u32 = 0; i < length; i++) if ((wanted >> (i & 1)) & 1) to.push(rangeOf(c + i, c + i));
    } else if ((wanted >> category) & 1) to.push(rangeOf(c, c + length - 1));
    c += length;
  }
  return true;
}

/** Adds to a set the characters that differ from its characters in case only (simple case folding). Normalizes the set. */
export function addFolded(set: Array<u64>): void {
  normalize(set);
  if (set.length == 1 && lastOf(set[0]) < 0x80 && firstOf(set[0]) == lastOf(set[0])) {
    const c = firstOf(set[0]);
    const letter = (c | 0x20) - 0x61;
    if (letter >= 26) return;
    // Unlike k and s, which have three forms.
    if (letter != 10 && letter != 18) {
      set.push(rangeOf(c ^ 0x20, c ^ 0x20));
      return normalize(set);
    }
  }
  // Up to four characters are equal: three steps from one to the next.
  for (let step = 0; step < 3; step++) {
    const size = set.length;
    let p = foldData();
    const end = p + FOLD_SIZE;
    let first: u32 = 0;
    while (p < end) {
      first += readNumber(p);
      const count = readNumber(next);
      const distance = readNumber(next);
      p = next;
      const stride = (count & 1) + 1;
      addMoved(set, size, first, count >> 1, stride, distance);
      addMoved(set, size, first + distance, count >> 1, stride, -distance);
    }
    normalize(set);
  }
}

/** Adds those of the characters `first`, `first + stride`, … that are in a set, moved by a distance. */
function addMoved(set: Array<u64>, size: i32, first: u32, count: u32, stride: u32, distance: u32): void {
  const last = first + (count - 1) * stride;
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lastOf(unchecked(set[middle])) < first) low = middle + 1;
    else high = middle;
  }
  for (; low < size && firstOf(unchecked(set[low])) <= last; low++) {
    const range = unchecked(set[low]);
    let from = max(firstOf(range), first);
    const to = min(lastOf(range), last);
    if (stride == 1) {
      set.push(rangeOf(from + distance, to + distance));
      continue;
    }
    from += (from - first) & 1;
    for (; from <= to; from += 2) set.push(rangeOf(from + distance, from + distance));
  }
}
