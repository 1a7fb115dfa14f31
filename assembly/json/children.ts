import { Byte, isClose, isOpen, skipSpace, textEnd } from "./byte";
import { Json } from "./json";
import { readText } from "./text";

/** The address after the string whose opening quote is at `p`. */
export function skipText(p: usize): usize {
  while (true) {
    p = textEnd(p + 1);
    if (load<u8>(p) == <u8>Byte.Quote) return p + 1;
    p++;
  }
}

/** The address after the value that starts at `p`. */
export function skipValue(p: usize): usize {
  const first: u32 = load<u8>(p);
  if (first == Byte.Quote) return skipText(p);
  if (isOpen(first)) return skipContainer(p);
  // A number or a word ends before the first byte that it cannot contain.
  while (isScalar(load<u8>(p))) p++;
  return p;
}

/** The address after the array or object that starts at `p`. */
function skipContainer(p: usize): usize {
  let depth: u32 = 0;
  do {
    const c: u32 = load<u8>(p);
    if (c == Byte.Quote) {
      p = skipText(p);
      continue;
    }
    p++;
    // 0 for an opening bracket, 2 for a closing bracket, and something else for other bytes.
    const kind = (c | 0x20) - Byte.OpenBrace;
    if ((kind & ~2) == 0) depth += 1 - kind;
  } while (depth != 0);
  return p;
}

// @ts-ignore: decorator
@inline
function isScalar(c: i32): bool {
  return c > Byte.Space && c != Byte.Comma && !isClose(c);
}

/**
 * Iterates over the members of an object or the elements of an array, in order. A value of another type has no children.
 *
 * All addresses point into bytes that `check` has accepted, so every string and container there is closed.
 */
export class Children {
  private p: usize;
  private keyed: bool;
  /** The addresses between the quotes of the key; in an array both are 0. */
  keyStart: usize = 0;
  keyEnd: usize = 0;
  start: usize = 0;
  end: usize = 0;

  constructor(private parent: Json) {
    this.keyed = parent.isObject();
    this.p = isOpen(parent.first) ? parent.start + 1 : 0;
  }

  /** Moves to the next child. Returns false after the last child. */
  next(): bool {
    if (!this.p) return false;
    let p = skipSpace(this.p);
    const c: u32 = load<u8>(p);
    if (isClose(c)) return false;
    if (c == Byte.Comma) p = skipSpace(p + 1);
    if (this.keyed) {
      this.keyStart = p + 1;
      p = skipText(p);
      this.keyEnd = p - 1;
      // Skip to the colon, then over it to the value.
      p = skipSpace(skipSpace(p) + 1);
    }
    this.start = p;
    p = skipValue(p);
    this.end = p;
    this.p = p;
    return true;
  }

  /** The child's key; "" in an array. */
  key(): string {
    return readText(this.keyStart, this.keyEnd);
  }

  /** The child's value. */
  value(): Json {
    return this.parent.slice(this.start, this.end);
  }
}
