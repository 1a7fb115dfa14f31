/**
 * UTF-8 without loss. A byte that is not part of valid UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above
 * U+10FFFF) becomes one code unit U+DC80..U+DCFF, which is encoded as the same byte, as with Python's "surrogateescape"
 * (PEP 383). So `encodeUtf8(decodeUtf8(b))` equals `b` for all bytes, and a header or body that is not UTF-8 is not
 * changed.
 *
 * AssemblyScript's own `String.UTF8.decode` drops such bytes.
 */

/** The length in bytes of a sequence that begins with `lead`; 0 if no sequence does. */
// @ts-ignore: decorator
@inline
function lengthOf(lead: u32): u32 {
  if (lead < 0xc2 || lead > 0xf4) return 0;
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/**
 * Whether a byte can be the second of a sequence that begins with `lead`. The second byte shows whether the sequence is
 * overlong, a surrogate or above the upper limit (RFC 3629, section 4).
 */
// @ts-ignore: decorator
@inline
function canFollow(lead: u32, second: u32): bool {
  const low: u32 = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const high: u32 = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  return second >= low && second <= high;
}

/**
 * The code point of the valid UTF-8 sequence at `p`, whose first byte is `lead`; 0 if it is invalid. Reads nothing at or
 * after `end`.
 */
function sequence(p: usize, end: usize, lead: u32): u32 {
  const length: usize = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (lead < 0xc0 || end - p < length) return 0;
  let c = lead & (length == 2 ? 0x1f : 0x0f);
  for (let i: usize = 1; i < length; i++) {
    const byte: u32 = load<u8>(p + i);
    if ((byte & 0xc0) != 0x80) return 0;
    c = (c << 6) | (byte & 0x3f);
  }
  // Overlong; a surrogate; above the upper limit, which holds for each lead above F4.
  const least: u32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
  return c < least || c >> 11 == 0x1b || c > 0x10ffff ? 0 : c;
}

/**
 * The number of bytes at the end that are the beginning of an incomplete UTF-8 sequence: 0 to 3.
 *
 * @param ptr Address of the first byte.
 * @param len Number of bytes.
 */
export function incompleteEnd(ptr: usize, len: i32): i32 {
  const most = min(len, 3);
  for (let size = 1; size <= most; size++) {
    const p = ptr + <usize>(len - size);
    const lead: u32 = load<u8>(p);
    if ((lead & 0xc0) == 0x80) continue;
    const isBegun = lengthOf(lead) > <u32>size && (size == 1 || canFollow(lead, load<u8>(p, 1)));
    return isBegun ? size : 0;
  }
  return 0;
}

// @ts-ignore: decorator
@inline
function widen(bytes: u64): u64 {
  bytes = (bytes | (bytes << 16)) & 0x0000ffff0000ffff;
  return (bytes | (bytes << 8)) & 0x00ff00ff00ff00ff;
}

/**
 * Decodes UTF-8. Each byte that is not part of valid UTF-8 becomes U+DC80..U+DCFF. Decoding never fails.
 *
 * @param ptr Address of the first byte.
 * @param len Number of bytes; nothing beyond them is read. For 0 or less the result is "".
 * @returns The text; `encodeUtf8` of the text returns the same bytes.
 * @example
 * const bytes = encodeUtf8("grüße");
 * decodeUtf8(changetype<usize>(bytes), bytes.byteLength); // "grüße"
 */
export function decodeUtf8(ptr: usize, len: i32): string {
  if (len <= 0) return "";
  // A code unit needs at least one byte of UTF-8.
  const text = __new((<usize>len) << 1, idof<string>());
  const end = ptr + <usize>len;
  let p = ptr;
  let out = text;
  while (p < end) {
    while (end - p >= 8) {
      const bytes = load<u64>(p);
      if (bytes & 0x8080808080808080) break;
      store<u64>(out, widen(bytes & 0xffffffff));
      store<u64>(out, widen(bytes >> 32), 8);
      p += 8;
      out += 16;
    }
    if (p >= end) break;
    let c: u32 = load<u8>(p);
    if (c >= 0x80) {
      const point = sequence(p, end, c);
      if (point == 0) {
        c |= 0xdc00;
      } else {
        c = point;
        p++;
        if (c >= 0x800) p++;
        if (c >= 0x10000) {
          p++;
          store<u16>(out, 0xd7c0 + (c >> 10));
          out += 2;
          c = 0xdc00 | (c & 0x3ff);
        }
      }
    }
    store<u16>(out, c);
    out += 2;
    p++;
  }
  const size = out - text;
  if (size == (<usize>len) << 1) return changetype<string>(text);
  // __renew would add the allocator's reallocation code to the module.
  const exact = __new(size, idof<string>());
  memory.copy(exact, text, size);
  return changetype<string>(exact);
}

/**
 * The code point at `p`. A lone surrogate U+DC80..U+DCFF is returned as it is, since it stands for a byte; another lone
 * surrogate is returned as U+FFFD.
 */
function codePointAt(p: usize, end: usize): u32 {
  const c: u32 = load<u16>(p);
  if ((c & 0xf800) != 0xd800) return c;
  if (c < 0xdc00 && end - p >= 4) {
    const low: u32 = load<u16>(p, 2);
    if ((low & 0xfc00) == 0xdc00) return (c << 10) + low - 0x35fdc00;
  }
  return (c & 0xff80) == 0xdc80 ? c : 0xfffd;
}

/**
 * The number of bytes that `encodeUtf8` returns for a text.
 *
 * @param s Any text, lone surrogates included.
 */
export function utf8Length(s: string): i32 {
  let p = changetype<usize>(s);
  const end = p + ((<usize>s.length) << 1);
  let length = 0;
  while (p < end) {
    if (end - p >= 8 && (load<u64>(p) & 0xff80ff80ff80ff80) == 0) {
      length += 4;
      p += 8;
      continue;
    }
    const c = codePointAt(p, end);
    length += c < 0x80 || (c & 0xffffff80) == 0xdc80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    p += c < 0x10000 ? 2 : 4;
  }
  return length;
}

/**
 * Writes a text as UTF-8 to memory: the same bytes as `encodeUtf8` returns.
 *
 * @param ptr Address to write to, with room for `utf8Length(s)` bytes.
 * @param s Any text.
 * @returns The address after the last byte written.
 */
export function encodeUtf8To(ptr: usize, s: string): usize {
  let p = changetype<usize>(s);
  const end = p + ((<usize>s.length) << 1);
  while (p < end) {
    while (end - p >= 8) {
      let units = load<u64>(p);
      if (units & 0xff80ff80ff80ff80) break;
      units |= units >> 8;
      store<u16>(ptr, <u16>units);
      store<u16>(ptr, <u16>(units >> 32), 2);
      p += 8;
      ptr += 4;
    }
    if (p >= end) break;
    const c = codePointAt(p, end);
    p += c < 0x10000 ? 2 : 4;
    ptr = encodeCodePointTo(ptr, c);
  }
  return ptr;
}

/**
 * Writes one code point as UTF-8 to memory. U+DC80..U+DCFF is written as the byte that it stands for.
 *
 * @param ptr Address to write to, with room for 4 bytes.
 * @param c A code point up to U+10FFFF. Of the surrogates, only U+DC80..U+DCFF are allowed.
 * @returns The address after the last byte written.
 */
export function encodeCodePointTo(ptr: usize, c: u32): usize {
  if (c < 0x80 || (c & 0xffffff80) == 0xdc80) {
    store<u8>(ptr, c);
    return ptr + 1;
  }
  if (c < 0x800) {
    store<u8>(ptr++, 0xc0 | (c >> 6));
  } else {
    if (c < 0x10000) {
      store<u8>(ptr++, 0xe0 | (c >> 12));
    } else {
      store<u8>(ptr++, 0xf0 | (c >> 18));
      store<u8>(ptr++, 0x80 | ((c >> 12) & 0x3f));
    }
    store<u8>(ptr++, 0x80 | ((c >> 6) & 0x3f));
  }
  store<u8>(ptr, 0x80 | (c & 0x3f));
  return ptr + 1;
}

/**
 * Encodes a text as UTF-8. A lone U+DC80..U+DCFF becomes the byte that it stands for (see `decodeUtf8`). Any other lone
 * surrogate becomes U+FFFD (bytes EF BF BD). Encoding never fails.
 *
 * @param s Any text.
 * @returns The bytes.
 * @example
 * encodeUtf8("é").byteLength; // 2
 */
export function encodeUtf8(s: string): ArrayBuffer {
  const bytes = new ArrayBuffer(utf8Length(s));
  encodeUtf8To(changetype<usize>(bytes), s);
  return bytes;
}

/**
 * Whether a text contains a lone surrogate. A text without one is the same after `encodeUtf8` and `decodeUtf8`. A text with
 * one may change: U+DCC3 U+DCA9 are encoded as the bytes C3 A9, which are decoded as "é".
 *
 * @param s Any text.
 */
export function hasLoneSurrogate(s: string): bool {
  let p = changetype<usize>(s);
  const end = p + ((<usize>s.length) << 1);
  while (p < end) {
    if (end - p >= 8 && (load<u64>(p) & 0x8000800080008000) == 0) {
      p += 8;
      continue;
    }
    if ((load<u16>(p) & 0xf800) == 0xd800) {
      if (codePointAt(p, end) < 0x10000) return true;
      p += 2;
    }
    p += 2;
  }
  return false;
}
