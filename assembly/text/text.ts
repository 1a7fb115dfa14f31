import { decodeUtf8, encodeUtf8 } from "../abi/utf8";

/**
 * Decodes UTF-8 without loss. Each byte that is not part of valid UTF-8 becomes one of the characters U+DC80 to U+DCFF,
 * which `encodeText` writes as the same byte. (`String.UTF8.decode` drops such bytes.) For a body that arrives in chunks
 * see `TextStream`.
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
 * Encodes a text as UTF-8; the opposite of `decodeText`. U+DC80 to U+DCFF become the bytes that `decodeText` made them
 * from. Any other lone surrogate becomes U+FFFD.
 *
 * @param text Any text; encoding never fails.
 * @example
 * ```ts
 * setSharedData("my-plugin/greeting", encodeText("hello"));
 * ```
 */
export function encodeText(text: string): ArrayBuffer {
  return encodeUtf8(text);
}
