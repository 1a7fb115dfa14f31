// A set of characters is a list of ranges. A range is a u64: its first character above bit 32, its last character below.

/** The last code point of Unicode. */
export const LAST_CHARACTER: u32 = 0x10ffff;

/** Returns the range between two characters. */
// @ts-ignore: decorator
@inline
export function rangeOf(first: u32, last: u32): u64 {
  return ((<u64>first) << 32) | last;
}

// @ts-ignore: decorator
@inline
export function firstOf(range: u64): u32 {
  return <u32>(range >> 32);
}

// @ts-ignore: decorator
@inline
export function lastOf(range: u64): u32 {
  return <u32>range;
}

/** Sorts numbers, without recursion and in n log n steps (heapsort). */
export function sort(list: Array<u64>): void {
  let size = list.length;
  for (let i = (size >> 1) - 1; i >= 0; i--) sink(list, i, size);
  while (--size > 0) {
    const last = unchecked(list[size]);
    unchecked((list[size] = list[0]));
    unchecked((list[0] = last));
    sink(list, 0, size);
  }
}

function sink(list: Array<u64>, at: i32, size: i32): void {
  const value = unchecked(list[at]);
  while (true) {
    let child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && unchecked(list[child + 1] > list[child])) child++;
    if (unchecked(list[child]) <= value) break;
    unchecked((list[at] = list[child]));
    at = child;
  }
  unchecked((list[at] = value));
}

/** Sorts ranges, and merges those that overlap or adjoin. */
export function normalize(set: Array<u64>): void {
  if (set.length < 2) return;
  sort(set);
  let last = 0;
  for (let i = 1; i < set.length; i++) {
    const range = unchecked(set[i]);
    const before = unchecked(set[last]);
    if (firstOf(range) > lastOf(before) + 1) unchecked((set[++last] = range));
    else if (lastOf(range) > lastOf(before)) unchecked((set[last] = rangeOf(firstOf(before), lastOf(range))));
  }
  set.length = last + 1;
}

/** Adds all ranges of a set to another set. */
export function addAll(to: Array<u64>, set: Array<u64>): void {
  for (let i = 0; i < set.length; i++) to.push(unchecked(set[i]));
}

/** Adds all characters that are not in a normalized set to another set. */
export function addOthers(to: Array<u64>, set: Array<u64>): void {
  let next: u32 = 0;
  for (let i = 0; i < set.length; i++) {
    const range = unchecked(set[i]);
    if (firstOf(range) > next) to.push(rangeOf(next, firstOf(range) - 1));
    next = lastOf(range) + 1;
  }
  if (next <= LAST_CHARACTER) to.push(rangeOf(next, LAST_CHARACTER));
}

/**
 * Whether a character is in a normalized part of a list.
 *
 * @param ranges Address of the first range.
 */
export function hasCharacter(ranges: usize, count: i32, c: u32): bool {
  const key = rangeOf(c, u32.MAX_VALUE);
  while (count > 1) {
    const half = count >> 1;
    if (load<u64>(ranges + ((<usize>half) << 3)) <= key) ranges += (<usize>half) << 3;
    count -= half;
  }
  if (count == 0) return false;
  const range = load<u64>(ranges);
  return c >= firstOf(range) && c <= lastOf(range);
}
