import { integerText } from "../abi/decimal";
import { DecodedBytes, notDecoded } from "./decoded-bytes";

/** The digit of a value below 16, in lower case. */
// @ts-ignore: decorator
@inline
function digit(value: u32): u32 {
  return value + (value < 10 ? 0x30 : 0x57);
}

/**
 * Writes bytes as hexadecimal digits in lower case.
 *
 * @returns The text. "" for more than 128 MiB.
 * @example
 * ```ts
 * hexEncode(sha256(encodeText("abc"))); // "ba7816bf…"
 * ```
 */
export function hexEncode(bytes: ArrayBuffer): string {
  const size = bytes.byteLength;
  if (size == 0 || size > 128 << 20) return "";
  const text = __new((<usize>size) << 2, idof<string>());
  for (let i = 0; i < size; i++) {
    const byte: u32 = load<u8>(changetype<usize>(bytes) + i);
    store<u32>(text + (i << 2), digit(byte >> 4) | (digit(byte & 15) << 16));
  }
  return changetype<string>(text);
}

/**
 * Reads hexadecimal digits in upper or lower case, without spaces or a prefix.
 *
 * @returns The bytes, or an error with the place: `hex: expected a digit at character 3`.
 * @example
 * ```ts
 * const signature = hexDecode(ctx.requestHeaders.getOr("x-signature", ""));
 * if (signature.error !== null) ctx.sendResponse(400, [], signature.error!.message);
 * ```
 */
export function hexDecode(text: string): DecodedBytes {
  const bytes = new ArrayBuffer(text.length >> 1);
  let high: u32 = 0;
  for (let i = 0; i < text.length; i++) {
    const c: u32 = text.charCodeAt(i);
    const value: u32 = c - 0x30 < 10 ? c - 0x30 : (c | 0x20) - 0x61 < 6 ? (c | 0x20) - 0x57 : 16;
    if (value > 15) return notDecoded("hex: expected a digit at character " + integerText(i));
    if ((i & 1) == 0) high = value << 4;
    else store<u8>(changetype<usize>(bytes) + (i >> 1), high | value);
  }
  if ((text.length & 1) != 0)
    return notDecoded("hex: expected one more digit at character " + integerText(text.length));
  return new DecodedBytes(bytes);
}
