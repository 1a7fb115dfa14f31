// A text is read as Go reads its UTF-8: a byte that is not UTF-8 (U+DC80 to U+DCFF, see abi/utf8.ts), and any other lone
// surrogate, is U+FFFD.

const REPLACEMENT: u32 = 0xfffd;

/** The character at `p`, whose first code unit is `unit`. */
export function characterAt(p: usize, end: usize, unit: u32): u32 {
  if ((unit & 0xf800) != 0xd800) return unit;
  if (unit < 0xdc00 && end - p >= 4) {
    const low: u32 = load<u16>(p, 2);
    if ((low & 0xfc00) == 0xdc00) return (unit << 10) + low - 0x35fdc00;
  }
  return REPLACEMENT;
}

/** The character that ends before `p`. `start` is the address of the text. */
export function characterBefore(start: usize, p: usize): u32 {
  const unit: u32 = load<u16>(p - 2);
  if ((unit & 0xf800) != 0xd800) return unit;
  if (unit >= 0xdc00 && p - start >= 4) {
    const high: u32 = load<u16>(p - 4);
    if ((high & 0xfc00) == 0xd800) return (high << 10) + unit - 0x35fdc00;
  }
  return REPLACEMENT;
}

/** The number of code units of the character at an index. */
export function widthAt(text: string, at: i32): i32 {
  const start = changetype<usize>(text);
  const end = start + ((<usize>text.length) << 1);
  const p = start + ((<usize>at) << 1);
  if (p >= end) return 0;
  return characterAt(p, end, load<u16>(p)) > 0xffff ? 2 : 1;
}

/** Whether `\w` matches a character. */
export function isWord(c: u32): bool {
  return (c | 0x20) - 0x61 < 26 || c - 0x30 < 10 || c == 0x5f;
}
