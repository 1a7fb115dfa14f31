// The transform writes a table of the classes. Both globals are addresses in it, or 0 if there is no table.

import { headerOf } from "./object";

/** For each mask four bytes: a bit for each field that refers to an object, or the number of a function that visits them. */
let masks: usize = 0;
/** For each class a byte: the number of its mask. */
let ids: usize = 0;

/** Calls `__visit` for each object to which an object refers. */
export function visitMembers(object: usize): void {
  if (masks == 0) return __visit_members(object, 0);
  let mask = load<u32>(masks + ((<usize>load<u8>(ids + headerOf(object).id)) << 2));
  if (<i32>mask < 0) return __visit_members(object, mask);
  for (; mask != 0; mask >>= 1) {
    if (mask & 1) __visit(load<usize>(object), 0);
    object += 4;
  }
}
