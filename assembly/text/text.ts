import { decodeUtf8, encodeUtf8 } from "../abi/utf8";

/**
 * Reads bytes as UTF-8, without loss: each byte that is not part of valid UTF-8 becomes one of the characters U+DC80 to
 * U+DCFF, and `encodeText` writes it as the same byte. (`String.UTF8.decode` drops such bytes.) For a body that comes in
 * pieces see `TextStream`.
 *
 * @param bytes Any bytes; decoding never fails.
 * @example
 * ```ts
 * const text = decodeText(getSharedData("greeting").bytes);
 * ```
 */
export function decodeText(bytes: ArrayBuffer): string {
  return decodeUtf8(changetype<usize>(bytes), bytes.byteLength);
}

/**
 * Writes a text as UTF-8: the opposite of `decodeText`. Any other half of a surrogate pair becomes U+FFFD.
 *
 * @param text Any text; encoding never fails.
 * @example
 * ```ts
 * return encodeText(text.replaceAll("http://", "https://"));
 * ```
 */
export function encodeText(text: string): ArrayBuffer {
  return encodeUtf8(text);
}
