import { hasLoneSurrogate } from "../abi/utf8";
import { Byte } from "./byte";

/** Replaces each lone surrogate of a text by U+FFFD, so that it can be written as UTF-8 (RFC 8259, section 8.2). */
export function wellFormed(s: string): string {
  if (!hasLoneSurrogate(s)) return s;
  const size = (<usize>s.length) << 1;
  const text = __new(size, idof<string>());
  memory.copy(text, changetype<usize>(s), size);
  const end = text + size;
  for (let p = text; p < end; p += 2) {
    const c: u32 = load<u16>(p);
    if ((c & 0xf800) != 0xd800) continue;
    if (c < 0xdc00 && end - p > 2 && (load<u16>(p, 2) & 0xfc00) == 0xdc00) p += 2;
    else store<u16>(p, 0xfffd);
  }
  return changetype<string>(text);
}

/** The letter after the backslash of an escaped code unit: 0x75 if it needs \u00XX, 0 if it needs no escape. */
function escapeLetter(c: u32): u32 {
  if (c == Byte.Quote || c == Byte.Backslash) return c;
  if (c >= <u32>Byte.Space) return 0;
  if (c == Byte.LineFeed) return 0x6e;
  if (c == Byte.Return) return 0x72;
  if (c == Byte.Tab) return 0x74;
  return c == 8 ? 0x62 : c == 12 ? 0x66 : 0x75;
}

/**
 * Writes a text as a JSON string with its quotes. Only control characters, `"` and `\` are escaped. A lone surrogate
 * becomes U+FFFD.
 *
 * @param s Any text.
 * @example
 * quote('say "hi"'); // the 12 characters "say \"hi\""
 */
export function quote(s: string): string {
  const plain = wellFormed(s);
  const start = changetype<usize>(plain);
  const end = start + ((<usize>plain.length) << 1);
  let size = end - start + 4;
  for (let p = start; p < end; p += 2) {
    const letter = escapeLetter(load<u16>(p));
    if (letter) size += letter == 0x75 ? 10 : 2;
  }
  const text = __new(size, idof<string>());
  let out = text;
  store<u16>(out, Byte.Quote);
  for (let p = start; p < end; p += 2) {
    const c: u32 = load<u16>(p);
    const letter = escapeLetter(c);
    out += 2;
    if (!letter) {
      store<u16>(out, c);
      continue;
    }
    store<u16>(out, Byte.Backslash);
    out += 2;
    store<u16>(out, letter);
    if (letter == 0x75) {
      store<u32>(out, 0x00300030, 2);
      store<u16>(out, Byte.Zero + (c >> 4), 6);
      const digit = c & 15;
      store<u16>(out, digit < 10 ? Byte.Zero + digit : 0x57 + digit, 8);
      out += 8;
    }
  }
  store<u16>(out, Byte.Quote, 2);
  return changetype<string>(text);
}
