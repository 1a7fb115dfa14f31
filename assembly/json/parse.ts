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
  if (checker.value(MAX_DEPTH)) {
    checker.p = skipSpace(checker.p);
    if (checker.p >= checker.end) return "";
    checker.fail("trailing data");
  }
  return checker.reason + " at byte " + integerText(<i64>(checker.p - start));
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
  return checker.value(MAX_DEPTH) ? "" : checker.reason + " at byte " + integerText(<i64>(checker.p - base));
}

/**
 * Each method consumes at `p` the element that it is named after, and returns true. On an error it sets `reason`, leaves
 * `p` at the wrong byte, and returns false.
 */
class Checker {
  reason: string = "";

  constructor(
    public p: usize,
    public end: usize,
  ) {}

  fail(reason: string): bool {
    this.reason = reason;
    return false;
  }

  unexpected(): bool {
    if (this.p >= this.end) return this.fail("unexpected end");
    const c: i32 = load<u8>(this.p);
    const reason = "unexpected character";
    return this.fail(c > Byte.Space && c < 0x7f ? reason + ' "' + String.fromCharCode(c) + '"' : reason);
  }

  /** Consumes white space and `c`. */
  token(c: u32): bool {
    this.p = skipSpace(this.p);
    if (load<u8>(this.p) != c) return false;
    this.p++;
    return true;
  }

  /** Consumes a value with at most `depth` levels of nesting, which limits the recursion. */
  value(depth: i32): bool {
    this.p = skipSpace(this.p);
    const c: u32 = load<u8>(this.p);
    if (c == Byte.Quote) return this.text();
    if (isOpen(c)) return this.container(c, depth);
    if (c == Byte.Minus || isDigit(c)) return this.number();
    if (c == Byte.T) return this.word(0x657572); // rue
    if (c == Byte.F) return this.word(0x65736c61); // alse
    if (c == Byte.N) return this.word(0x6c6c75); // ull
    return this.unexpected();
  }

  container(open: u32, depth: i32): bool {
    if (depth == 0) return this.fail("nesting deeper than " + integerText(MAX_DEPTH));
    const close = open + 2;
    this.p++;
    if (this.token(close)) return true;
    while (true) {
      if (open == Byte.OpenBrace) {
        this.p = skipSpace(this.p);
        if (load<u8>(this.p) != Byte.Quote) return this.unexpected();
        if (!this.text()) return false;
        if (!this.token(Byte.Colon)) return this.unexpected();
      }
      if (!this.value(depth - 1)) return false;
      if (this.token(close)) return true;
      if (!this.token(Byte.Comma)) return this.unexpected();
    }
  }

  /** Consumes the rest of a literal. The lowest byte of `rest` comes first. */
  word(rest: u32): bool {
    do {
      this.p++;
      if (load<u8>(this.p) != (rest & 0xff)) return this.unexpected();
      rest >>= 8;
    } while (rest);
    this.p++;
    return true;
  }

  digits(): bool {
    if (!isDigit(load<u8>(this.p))) {
      return this.p < this.end ? this.fail("invalid number") : this.unexpected();
    }
    do this.p++;
    while (isDigit(load<u8>(this.p)));
    return true;
  }

  number(): bool {
    if (load<u8>(this.p) == Byte.Minus) this.p++;
    if (load<u8>(this.p) == Byte.Zero) {
      this.p++;
      if (isDigit(load<u8>(this.p))) return this.fail("invalid number");
    } else if (!this.digits()) return false;
    if (load<u8>(this.p) == Byte.Dot) {
      this.p++;
      if (!this.digits()) return false;
    }
    if ((load<u8>(this.p) | 0x20) == Byte.E) {
      this.p++;
      const sign: u32 = load<u8>(this.p);
      if (sign == Byte.Plus || sign == Byte.Minus) this.p++;
      if (!this.digits()) return false;
    }
    return true;
  }

  text(): bool {
    while (true) {
      this.p = textEnd(this.p + 1);
      const c: u32 = load<u8>(this.p);
      if (c == Byte.Backslash) {
        const length = escapeLength(this.p);
        if (length == 0) return this.fail("invalid escape");
        this.p += length - 1;
      } else if (c == Byte.Quote) {
        this.p++;
        return true;
      } else return this.p < this.end ? this.fail("control character") : this.unexpected();
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
