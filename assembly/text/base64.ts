import { integerText } from "../abi/decimal";
import { DecodedBytes, notDecoded } from "./decoded-bytes";

/**
 * The variants of base64. Source: RFC 4648, sections 4 and 5. They have the names of Go's `encoding/base64`.
 *
 * @example
 * ```ts
 * const token = base64Encode(sha256(body.bytes()), Base64.RawUrl);
 * ```
 */
export enum Base64 {
  /** With `+`, `/` and padding. */
  Std = 0,
  /** With `+` and `/`, without padding. */
  RawStd = 1,
  /** With `-`, `_` and padding. */
  Url = 2,
  /** With `-` and `_`, without padding, as in JWT. */
  RawUrl = 3,
}

/** The value of each ASCII character. 0x40 marks `+` and `/`, 0x80 marks `-` and `_`, 0xff any other character. */
function values(): usize {
  return memory.data<u8>([
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 126, 255, 190,
    255, 127, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 255, 255, 255, 255, 255, 255, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 255, 255, 255, 255, 191, 255, 26, 27, 28, 29, 30,
    31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 255, 255, 255, 255, 255,
  ]);
}

/**
 * The characters of the values. (A constant would be part of every module, also of those that do not use base64.)
 */
function alphabetOf(variant: Base64): string {
  return variant >= Base64.Url
    ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}

/** The character of a value below 64. */
// @ts-ignore: decorator
@inline
function character(value: u32, alphabet: usize): u64 {
  return load<u16>(alphabet + ((<usize>value) << 1));
}

/**
 * Encodes bytes as base64.
 *
 * @returns The text. "" for more than 256 MiB.
 * @example
 * ```ts
 * base64Encode(encodeText("user:password")); // "dXNlcjpwYXNzd29yZA=="
 * ```
 */
export function base64Encode(bytes: ArrayBuffer, variant: Base64 = Base64.Std): string {
  const size = bytes.byteLength;
  if (size == 0 || size > 256 << 20) return "";
  const isPadded = (variant & 1) == 0;
  const length = isPadded ? ((size + 2) / 3) * 4 : (size / 3) * 4 + (size % 3 ? (size % 3) + 1 : 0);
  const alphabet = changetype<usize>(alphabetOf(variant));
  const text = __new((<usize>length) << 1, idof<string>());
  let p = changetype<usize>(bytes);
  const end = p + <usize>size;
  let q = text;
  for (const whole = end - <usize>(size % 3); p < whole; p += 3, q += 8) {
    const group: u32 = ((<u32>load<u8>(p)) << 16) | ((<u32>load<u8>(p, 1)) << 8) | load<u8>(p, 2);
    const low = character(group >> 18, alphabet) | (character((group >> 12) & 63, alphabet) << 16);
    const high = character((group >> 6) & 63, alphabet) | (character(group & 63, alphabet) << 16);
    store<u64>(q, low | (high << 32));
  }
  if (p == end) return changetype<string>(text);
  const isTwo = end - p == 2;
  const group: u32 = ((<u32>load<u8>(p)) << 16) | (isTwo ? (<u32>load<u8>(p, 1)) << 8 : 0);
  store<u16>(q, <u16>character(group >> 18, alphabet));
  store<u16>(q, <u16>character((group >> 12) & 63, alphabet), 2);
  if (isTwo) store<u16>(q, <u16>character((group >> 6) & 63, alphabet), 4);
  else if (isPadded) store<u16>(q, 0x3d, 4);
  if (isPadded) store<u16>(q, 0x3d, 6);
  return changetype<string>(text);
}

/**
 * Decodes base64. As in Go's `encoding/base64`, line feeds and carriage returns are ignored anywhere, padding must be there
 * exactly if the variant has padding, nothing may follow the padding, and the unused bits of the last character may have
 * any value.
 *
 * @returns The bytes, or an error with the place: `base64: unexpected character at character 5`.
 * @example
 * ```ts
 * const credentials = base64Decode("dXNlcjpwYXNzd29yZA==");
 * if (credentials.error === null) log.info(decodeText(credentials.bytes)); // "user:password"
 * ```
 */
export function base64Decode(text: string, variant: Base64 = Base64.Std): DecodedBytes {
  const length = text.length;
  const table = values();
  const wrong: u32 = variant >= Base64.Url ? 0x40 : 0x80;
  const bytes = new ArrayBuffer((length >> 2) * 3 + 3);
  const start = changetype<usize>(bytes);
  let q = start;
  let group: u32 = 0;
  let count = 0;
  let i = 0;
  for (; i < length; i++) {
    const c: u32 = load<u16>(changetype<usize>(text) + ((<usize>i) << 1));
    const value: u32 = c < 128 ? load<u8>(table + c) : 255;
    if ((value & wrong) == 0) {
      group = (group << 6) | (value & 63);
      if (++count < 4) continue;
      store<u8>(q, group >> 16);
      store<u8>(q, group >> 8, 1);
      store<u8>(q, group, 2);
      q += 3;
      count = 0;
    } else if (c != 0x0a && c != 0x0d) break;
  }
  const isPadded = (variant & 1) == 0;
  if (i < length) {
    const at = i;
    if (!isPadded || text.charCodeAt(i) != 0x3d || count < 2) return unexpected(at);
    if (count == 2) {
      i = skipNewlines(text, i + 1);
      if (i == length) return unexpectedEnd(i);
      if (text.charCodeAt(i) != 0x3d) return unexpected(i - 1);
    }
    i = skipNewlines(text, i + 1);
    if (i < length) return unexpected(i);
  } else if (count == 1 || (count != 0 && isPadded)) return unexpectedEnd(length);
  if (count == 2) store<u8>(q++, group >> 4);
  if (count == 3) {
    store<u8>(q, group >> 10);
    store<u8>(q, group >> 2, 1);
    q += 2;
  }
  return new DecodedBytes(bytes.slice(0, <i32>(q - start)));
}

function skipNewlines(text: string, i: i32): i32 {
  while (i < text.length && (text.charCodeAt(i) == 0x0a || text.charCodeAt(i) == 0x0d)) i++;
  return i;
}

function unexpected(at: i32): DecodedBytes {
  return notDecoded("base64: unexpected character at character " + integerText(at));
}

function unexpectedEnd(at: i32): DecodedBytes {
  return notDecoded("base64: unexpected end at character " + integerText(at));
}
