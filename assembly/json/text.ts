import { decodeUtf8, encodeCodePointTo } from "../abi/utf8";
import { Byte, hexDigit } from "./byte";

/**
 * Reads what stands between the quotes of a checked JSON string.
 *
 * Bytes that are not UTF-8 are kept as `decodeUtf8` keeps them. A surrogate that is written as an escape and has no
 * partner becomes U+FFFD, so that no JSON can forge a byte; what follows it stays (encoding/json does the same, gjson loses
 * the escape after it).
 *
 * @param start Address after the opening quote.
 * @param end Address of the closing quote.
 */
export function readText(start: usize, end: usize): string {
  const length = <i32>(end - start);
  let p = start;
  while (p < end && load<u8>(p) != Byte.Backslash) p++;
  if (p == end) return decodeUtf8(start, length);

  // No escape is shorter than what it stands for. Text from an escape begins with a whole character, so it cannot complete
  // a broken one in front of it.
  const plain = new ArrayBuffer(length);
  let out = changetype<usize>(plain);
  p = start;
  while (p < end) {
    let c: u32 = load<u8>(p++);
    if (c != Byte.Backslash) {
      store<u8>(out++, c);
      continue;
    }
    c = load<u8>(p++);
    if (c == 0x75) {
      c = hex4(p);
      p += 4;
      if ((c & 0xf800) == 0xd800) {
        let low: u32 = 0;
        if (c < 0xdc00 && end - p >= 6 && load<u16>(p) == 0x755c) low = hex4(p + 2);
        if ((low & 0xfc00) == 0xdc00) {
          c = (c << 10) + low - 0x35fdc00;
          p += 6;
        } else c = 0xfffd;
      }
    } else if (c == 0x62) c = 8;
    else if (c == 0x66) c = 12;
    else if (c == 0x6e) c = 10;
    else if (c == 0x72) c = 13;
    else if (c == 0x74) c = 9;
    out = encodeCodePointTo(out, c);
  }
  return decodeUtf8(changetype<usize>(plain), <i32>(out - changetype<usize>(plain)));
}

function hex4(p: usize): u32 {
  let c: u32 = 0;
  for (let i: usize = 0; i < 4; i++) c = (c << 4) | hexDigit(load<u8>(p + i));
  return c;
}

/** Whether the checked JSON string between `start` and `end` reads as `text`. Reads without a copy where it is plain ASCII. */
export function sameText(start: usize, end: usize, text: string): bool {
  const length = text.length;
  let i = 0;
  for (let p = start; p < end; p++) {
    const c: i32 = load<u8>(p);
    if (c >= 0x80 || c == Byte.Backslash) return readText(start, end) == text;
    if (i >= length || text.charCodeAt(i) != c) return false;
    i++;
  }
  return i == length;
}

/** Whether a text from `from` on is a word of lower case letters, in any case. (`toLowerCase` brings 8 KB of tables.) */
export function isWord(text: string, from: i32, word: string): bool {
  if (text.length - from != word.length) return false;
  for (let i = 0; i < word.length; i++) {
    const c = text.charCodeAt(from + i);
    if (c != word.charCodeAt(i) && c + 0x20 != word.charCodeAt(i)) return false;
  }
  return true;
}
