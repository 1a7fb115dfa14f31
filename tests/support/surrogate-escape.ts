/**
 * Reads bytes as the SDK must, with the decoder of Node: the shortest prefix that is a character, else one byte as
 * U+DC80..U+DCFF.
 */
export function surrogateEscape(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    return decoder.decode(bytes);
  } catch {
    // Byte by byte, then.
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
        // Not a whole character yet, or never one.
      }
    }
    text += found ?? String.fromCharCode(0xdc00 | (bytes[i] as number));
    i += found === undefined ? 1 : length;
  }
  return text;
}
