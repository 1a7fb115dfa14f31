import { decodeUtf8, encodeCodePointTo } from "../abi/utf8";
import { hexDigit } from "../text/ascii";
import { Byte } from "./byte";

/**
 * Decodes the text between the quotes of a checked JSON string.
 *
 * Bytes that are not UTF-8 are kept as by `decodeUtf8`. An escaped lone surrogate becomes U+FFFD, so that an escape cannot
 * stand for a raw byte. The text after it is kept (as in Go's encoding/json; gjson drops the escape after it).
 *
 * @param start Address after the opening quote.
 * @param end Address of the closing quote.
 */
export function readText(start: usize, end: usize): string {
  const length = <i32>(end - start);
  let p = start;
  while (p < end && load<u8>(p) != Byte.Backslash) p++;
  if (p == end) return decodeUtf8(start, length);

  // An escape is never shorter than its UTF-8. The UTF-8 of an escape begins a new character, so it cannot complete broken
  // bytes before it.
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

/**
 * Whether the checked JSON string between `start` and `end` equals `text`. Compares without a copy if it is plain ASCII.
 */
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

/**
 * Whether a text from `from` on equals `word` (lower case), ignoring case. (`toLowerCase` adds 8 KB of tables to a
 * module.)
 */
export function isWord(text: string, from: i32, word: string): bool {
  if (text.length - from != word.length) return false;
  for (let i = 0; i < word.length; i++) {
    const c = text.charCodeAt(from + i);
    if (c != word.charCodeAt(i) && c + 0x20 != word.charCodeAt(i)) return false;
  }
  return true;
}
