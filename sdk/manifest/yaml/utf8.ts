/** Decodes UTF-8 as Go's JSON writer does: each byte that is not part of a character becomes U+FFFD. */
export function decodeUtf8(bytes: Buffer): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at] ?? 0;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const part = bytes.subarray(at, at + length);
    const character = part.toString("utf8");
    const isValid = Buffer.from(character).equals(part);
    text += isValid ? character : "\ufffd";
    at += isValid ? length : 1;
  }
  return text;
}
