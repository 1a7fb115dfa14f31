import { hexDigit, isDigit } from "../text/ascii";
import { Byte, isOpen, skipSpace, textEnd } from "./byte";
import { integerText } from "../abi/decimal";

/**
 * The number of zero bytes that must follow the text in memory. They end every scan, so scans need no other limit.
 * `textEnd` reads eight bytes at once.
 */
export const PADDING: i32 = 8;

/** The deepest nesting of arrays and objects. */
const MAX_DEPTH: i32 = 256;

/** The brackets that are open, from the outside in. */
const OPEN: usize = memory.data(MAX_DEPTH);

/**
 * Checks that bytes are exactly one JSON text (RFC 8259). A byte order mark is an error (section 8.1). Bytes that are not
 * UTF-8 are accepted inside strings.
 *
 * @param start Address of the text. PADDING zero bytes must follow it.
 * @param length Length of the text in bytes.
 * @returns "" if the text is JSON, otherwise the error and its place: `unexpected end at byte 5`.
 */
export function check(start: usize, length: i32): string {
  const checker = new Checker(start, start + <usize>length);
  if (checker.value()) {
    valueEnd = checker.p;
    checker.p = skipSpace(checker.p);
    if (checker.p >= checker.end) return "";
    checker.fail(checker.p, "trailing data");
  }
  return checker.reason + " at byte " + integerText(<i64>(checker.p - start));
}

let valueEnd: usize = 0;

/** The address after the value of the text that `check` has accepted last, without the white space behind the value. */
export function checkedEnd(): usize {
  return valueEnd;
}

/**
 * Checks that bytes begin with a JSON text.
 *
 * @param start Address of the text; its first byte is no white space.
 * @param end Address of the PADDING zeros after all bytes.
 * @param base Address from which the error counts bytes.
 * @returns As for `check`.
 */
export function checkFirst(start: usize, end: usize, base: usize): string {
  const checker = new Checker(start, end);
  return checker.value() ? "" : checker.reason + " at byte " + integerText(<i64>(checker.p - base));
}

/** The address of the first byte at or after `p` that is not white space. Most often that is the byte at `p`. */
// @ts-ignore: decorator
@inline
function afterSpace(p: usize): usize {
  return load<u8>(p) > <u8>Byte.Space ? p : skipSpace(p);
}

/**
 * Each method checks the element at `p` that it is named after, and returns the address after the element. On an error it
 * sets `reason` and `p`, the address of the wrong byte, and returns 0.
 */
class Checker {
  reason: string = "";

  constructor(
    public p: usize,
    public end: usize,
  ) {}

  fail(p: usize, reason: string): usize {
    this.p = p;
    this.reason = reason;
    return 0;
  }

  unexpected(p: usize): usize {
    if (p >= this.end) return this.fail(p, "unexpected end");
    const c: i32 = load<u8>(p);
    const reason = "unexpected character";
    return this.fail(p, c > Byte.Space && c < 0x7f ? reason + ' "' + String.fromCharCode(c) + '"' : reason);
  }

  /** Checks the value at `this.p`, and moves `this.p` behind it. Returns false on an error. */
  value(): bool {
    let p = this.p;
    let depth: usize = 0;
    do {
      p = afterSpace(p);
      const c: u32 = load<u8>(p);
      if (c == Byte.Quote) p = this.text(p);
      else if (isOpen(c)) {
        if (depth == MAX_DEPTH) p = this.fail(p, "nesting deeper than " + integerText(MAX_DEPTH));
        else {
          store<u8>(OPEN + depth++, c);
          p = afterSpace(p + 1);
          if (load<u8>(p) != c + 2) {
            if (c == Byte.OpenBrace) p = this.name(p);
            continue;
          }
          // The loop below closes the empty container.
        }
      } else if (c == Byte.Minus || isDigit(c)) p = this.number(p);
      else p = this.word(p, c);

      // Behind a value: close containers up to the next comma.
      while (p != 0 && depth != 0) {
        p = afterSpace(p);
        const open: u32 = load<u8>(OPEN + depth - 1);
        const c: u32 = load<u8>(p);
        if (c == open + 2) {
          p++;
          depth--;
          continue;
        }
        if (c != Byte.Comma) p = this.unexpected(p);
        else {
          p++;
          if (open == Byte.OpenBrace) p = this.name(afterSpace(p));
        }
        break;
      }
    } while (p != 0 && depth != 0);
    if (p != 0) this.p = p;
    return p != 0;
  }

  /** The name of a member and its colon. */
  name(p: usize): usize {
    if (load<u8>(p) != <u8>Byte.Quote) return this.unexpected(p);
    p = this.text(p);
    if (p == 0) return 0;
    p = afterSpace(p);
    return load<u8>(p) == <u8>Byte.Colon ? p + 1 : this.unexpected(p);
  }

  /** A literal that begins with `c`. */
  word(p: usize, c: u32): usize {
    // The lowest byte comes first.
    let rest: u32 = c == Byte.T ? 0x657572 : c == Byte.F ? 0x65736c61 : c == Byte.N ? 0x6c6c75 : 0; // rue, alse, ull
    if (rest == 0) return this.unexpected(p);
    do {
      if (load<u8>(++p) != <u8>rest) return this.unexpected(p);
      rest >>= 8;
    } while (rest);
    return p + 1;
  }

  digits(p: usize): usize {
    if (!isDigit(load<u8>(p))) return p < this.end ? this.fail(p, "invalid number") : this.unexpected(p);
    do p++;
    while (isDigit(load<u8>(p)));
    return p;
  }

  number(p: usize): usize {
    if (load<u8>(p) == <u8>Byte.Minus) p++;
    if (load<u8>(p) == <u8>Byte.Zero) {
      p++;
      if (isDigit(load<u8>(p))) return this.fail(p, "invalid number");
    } else {
      p = this.digits(p);
      if (p == 0) return 0;
    }
    if (load<u8>(p) == <u8>Byte.Dot) {
      p = this.digits(p + 1);
      if (p == 0) return 0;
    }
    if ((load<u8>(p) | 0x20) == <u8>Byte.E) {
      p++;
      const sign: u32 = load<u8>(p);
      if (sign == Byte.Plus || sign == Byte.Minus) p++;
      p = this.digits(p);
    }
    return p;
  }

  text(p: usize): usize {
    while (true) {
      p = textEnd(p + 1);
      const c: u32 = load<u8>(p);
      if (c == Byte.Quote) return p + 1;
      if (p >= this.end) return this.unexpected(p);
      // A control character, or a backslash without an escape.
      const length = c == Byte.Backslash ? escapeLength(p) : 0;
      if (length == 0) return this.fail(p, "invalid string");
      p += length - 1;
    }
  }
}

/** The length of the escape whose backslash is at `p`; 0 if it is invalid (RFC 8259, section 7). */
function escapeLength(p: usize): usize {
  const c: u32 = load<u8>(p, 1);
  if (c == 0x75) {
    for (let i: usize = 2; i < 6; i++) if (hexDigit(load<u8>(p + i)) > 15) return 0;
    return 6;
  }
  if (c == Byte.Quote || c == Byte.Slash || c == Byte.Backslash) return 2;
  // A bit for each of b f n r t, counted from b.
  return c - 0x62 < 19 && ((0x51011 >> (c - 0x62)) & 1) != 0 ? 2 : 0;
}
