/** The bytes that have a meaning in JSON's grammar (RFC 8259, section 2). */
export const enum Byte {
  Tab = 0x09,
  LineFeed = 0x0a,
  Return = 0x0d,
  Space = 0x20,
  Quote = 0x22,
  Plus = 0x2b,
  Comma = 0x2c,
  Minus = 0x2d,
  Dot = 0x2e,
  Slash = 0x2f,
  Zero = 0x30,
  Nine = 0x39,
  Colon = 0x3a,
  OpenBracket = 0x5b,
  Backslash = 0x5c,
  CloseBracket = 0x5d,
  E = 0x65,
  F = 0x66,
  N = 0x6e,
  T = 0x74,
  OpenBrace = 0x7b,
  CloseBrace = 0x7d,
}

/** Whether `c` is `{` or `[`. The two differ in one bit. */
// @ts-ignore: decorator
@inline
export function isOpen(c: u32): bool {
  return (c | 0x20) == Byte.OpenBrace;
}

/** Whether `c` is `}` or `]`. */
// @ts-ignore: decorator
@inline
export function isClose(c: u32): bool {
  return (c | 0x20) == Byte.CloseBrace;
}

/** The address of the first byte at or after `p` that is not JSON white space. */
export function skipSpace(p: usize): usize {
  while (true) {
    // A bit for each of tab, line feed, return and space, counted from tab.
    const c: u32 = <u32>load<u8>(p) - Byte.Tab;
    if (c > 23 || ((0x800013 >> c) & 1) == 0) return p;
    p++;
  }
}

/** The address of the first byte at or after `p` that is a quote, a backslash or a control character. */
export function textEnd(p: usize): usize {
  while (true) {
    // Eight bytes at once. A byte that ends the run sets its highest bit: after an exchange of 0x20 and 0x22, control
    // characters and the quote are below 0x21.
    const bytes = load<u64>(p);
    const controls = (bytes ^ 0x0202020202020202) - 0x2121212121212121;
    const slashes = (bytes ^ 0x5c5c5c5c5c5c5c5c) - 0x0101010101010101;
    const bits = (controls | slashes) & ~bytes & 0x8080808080808080;
    if (bits) return p + <usize>(ctz(bits) >> 3);
    p += 8;
  }
}
