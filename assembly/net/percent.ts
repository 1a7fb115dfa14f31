import { decodeUtf8, encodeUtf8 } from "../abi/utf8";
import { hexDigit } from "../text/ascii";

// Percent-encoding as Go's net/url has it. A set holds the characters that stay as they are: bit c - 0x20 is set if
// character c from 0x20 to 0x5f is in the set. The letters a to z and the tilde are in each set.
// Source: RFC 3986, 2 and 3, and encoding_table.go of Go 1.26.

/** - . _ ~ digits and letters. Source: RFC 3986, 2.3. */
export const UNRESERVED: u64 = 0x87fffffe03ff6000;
export const PATH: u64 = 0x87ffffff2ffff850;
export const PATH_SEGMENT: u64 = 0x87ffffff27ff6850;
export const HOST: u64 = 0xaffffffe7fff7fd6;
export const USER_INFO: u64 = 0x87fffffe2bff7850;
export const FRAGMENT: u64 = 0x87ffffffafffff52;

/** Whether a character is in a set. */
export function isIn(c: u32, set: u64): bool {
  if (c - 0x20 < 0x40) return ((set >> (c - 0x20)) & 1) != 0;
  return c - 0x61 < 26 || c == 0x7e;
}

/** Whether a text has only characters of a set. */
export function hasOnly(text: string, set: u64): bool {
  for (let i = 0, length = text.length; i < length; i++) if (!isIn(text.charCodeAt(i), set)) return false;
  return true;
}

/** Encodes each byte of a text that is not in the set as `%XX`. */
export function escape(text: string, set: u64, plusForSpace: bool = false): string {
  if (hasOnly(text, set)) return text;
  const buffer = encodeUtf8(text);
  const bytes = changetype<usize>(buffer);
  const end = bytes + buffer.byteLength;
  let size: usize = 0;
  for (let p = bytes; p < end; p++) {
    const c: u32 = load<u8>(p);
    size += isIn(c, set) || (plusForSpace && c == 0x20) ? 2 : 6;
  }
  const text16 = __new(size, idof<string>());
  let out = text16;
  for (let p = bytes; p < end; p++) {
    const c: u32 = load<u8>(p);
    const isSpace = plusForSpace && c == 0x20;
    if (isSpace || isIn(c, set)) {
      store<u16>(out, isSpace ? 0x2b : c);
      out += 2;
      continue;
    }
    store<u16>(out, 0x25);
    store<u16>(out, upperHex(c >> 4), 2);
    store<u16>(out, upperHex(c & 15), 4);
    out += 6;
  }
  return changetype<string>(text16);
}

function upperHex(digit: u32): u32 {
  return digit < 10 ? 0x30 + digit : 0x37 + digit;
}

/** The byte of the `%XX` whose `%` is at `index`, or -1 if two hexadecimal digits do not follow. */
export function escapedByte(text: string, index: i32): i32 {
  if (index + 2 >= text.length) return -1;
  const high = hexDigit(text.charCodeAt(index + 1));
  const low = hexDigit(text.charCodeAt(index + 2));
  return (high | low) > 15 ? -1 : (high << 4) | low;
}

/** Decodes each `%XX` of a text, and each `+` if it stands for a space. Null if a `%` is not followed by two digits. */
export function unescape(text: string, plusForSpace: bool = false): string | null {
  const length = text.length;
  let hasCodes = false;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c == 0x25) {
      if (escapedByte(text, i) < 0) return null;
      hasCodes = true;
      i += 2;
    } else if (c == 0x2b && plusForSpace) hasCodes = true;
  }
  if (!hasCodes) return text;
  // The bytes may be a part of a character that other bytes complete, so the whole text is decoded as bytes.
  const buffer = encodeUtf8(text);
  const bytes = changetype<usize>(buffer);
  const end = bytes + buffer.byteLength;
  let out = bytes;
  for (let p = bytes; p < end; p++) {
    let c: u32 = load<u8>(p);
    if (c == 0x25) {
      c = (hexDigit(load<u8>(p, 1)) << 4) | hexDigit(load<u8>(p, 2));
      p += 2;
    } else if (c == 0x2b && plusForSpace) c = 0x20;
    store<u8>(out++, c);
  }
  return decodeUtf8(bytes, <i32>(out - bytes));
}

/**
 * Encodes a text for the name or the value of a query parameter, as Go's `url.QueryEscape`: a space becomes `+`, and all
 * bytes except letters, digits, `-`, `_`, `.` and `~` become `%XX`.
 *
 * @param text any text; bytes that are not UTF-8 (U+DC80 to U+DCFF, see `decodeText`) are encoded as the same bytes
 * @returns the encoded text, which has only ASCII characters
 *
 * @example
 * ```ts
 * const path = "/search?q=" + encodeQueryComponent(config.name);
 * ```
 */
export function encodeQueryComponent(text: string): string {
  return escape(text, UNRESERVED, true);
}

/**
 * Decodes the name or the value of a query parameter, as Go's `url.QueryUnescape`: `+` becomes a space, and `%XX` becomes
 * the byte. Bytes that are not UTF-8 become U+DC80 to U+DCFF, as with `decodeText`.
 *
 * @returns the decoded text, or null if a `%` is not followed by two hexadecimal digits
 *
 * @example
 * ```ts
 * const name = decodeQueryComponent("gr%C3%BC%C3%9Fe+1"); // "grüße 1"
 * if (name === null) log.warn("the name is not percent-encoded");
 * ```
 */
export function decodeQueryComponent(text: string): string | null {
  return unescape(text, true);
}

/**
 * Encodes a text for one segment of a path, as Go's `url.PathEscape`: `/`, `?`, `%`, spaces and bytes that are not ASCII
 * become `%XX`; letters, digits and `-_.~$&+:=@` stay as they are. A segment `.` or `..` stays as it is, too, so check a
 * segment from outside for these two.
 *
 * @param text any text; bytes that are not UTF-8 (U+DC80 to U+DCFF, see `decodeText`) are encoded as the same bytes
 * @returns the encoded text, which has only ASCII characters
 *
 * @example
 * ```ts
 * const path = "/users/" + encodePathSegment(config.name) + "/keys";
 * ```
 */
export function encodePathSegment(text: string): string {
  return escape(text, PATH_SEGMENT);
}

/**
 * Decodes a path or one segment of it, as Go's `url.PathUnescape`: `%XX` becomes the byte, `+` stays as it is. `%2F`
 * becomes `/`, so split a path into segments before you decode it. Bytes that are not UTF-8 become U+DC80 to U+DCFF, as
 * with `decodeText`.
 *
 * @returns the decoded text, or null if a `%` is not followed by two hexadecimal digits
 *
 * @example
 * ```ts
 * const path = decodePath(pathOf(ctx.path));
 * if (path === null) ctx.sendResponse(400, [], "the path is not percent-encoded");
 * ```
 */
export function decodePath(text: string): string | null {
  return unescape(text);
}
