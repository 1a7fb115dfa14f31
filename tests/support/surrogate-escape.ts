/**
 * Decodes bytes as the SDK's `decodeText` must, with Node's decoder: invalid UTF-8 becomes one code unit per byte,
 * U+DC80 to U+DCFF.
 */
export function surrogateEscape(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    return decoder.decode(bytes);
  } catch {
    // Not UTF-8: decoded byte by byte below.
  }
  let text = "";
  for (let i = 0; i < bytes.length;) {
    let length = 1;
    let found: string | undefined;
    for (; length <= 4 && i + length <= bytes.length; length++) {
      try {
        found = decoder.decode(bytes.subarray(i, i + length));
        break;
      } catch {
        // These bytes are no complete character. Try again with the next byte.
      }
    }
    text += found ?? String.fromCharCode(0xdc00 | (bytes[i] as number));
    i += found === undefined ? 1 : length;
  }
  return text;
}
