import { decodeText } from "as-proxy-wasm-sdk";

/** The first bytes of a body. */
export class BodyStart {
  private buffer: Uint8Array = new Uint8Array(0);
  /** How many bytes of the buffer are used. */
  private kept: i32 = 0;
  private size: i64 = 0;

  /** @param most the most bytes to keep */
  constructor(private most: i32) {}

  add(chunk: ArrayBuffer): void {
    this.size += chunk.byteLength;
    const added = min(chunk.byteLength, this.most - this.kept);
    if (added <= 0) return;
    if (this.kept + added > this.buffer.length) {
      const longer = new Uint8Array(min(this.most, 2 * (this.kept + added)));
      longer.set(this.buffer);
      this.buffer = longer;
    }
    this.buffer.set(Uint8Array.wrap(chunk, 0, added), this.kept);
    this.kept += added;
  }

  /** The bytes as text in one line: a body must not look like another line of the log. */
  toString(): string {
    const text = escaped(decodeText(this.buffer.buffer.slice(0, this.kept)));
    if (this.size == this.kept) return text;
    return text + " (the first " + this.kept.toString() + " of " + this.size.toString() + " bytes)";
  }
}

/** Escapes line breaks and other control characters, and bytes that are not UTF-8. */
function escaped(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    // decodeText returns U+DC80 to U+DCFF for bytes that are not UTF-8. Other low surrogates follow a high surrogate.
    const isByte = c >= 0xdc80 && c <= 0xdcff && (i == 0 || (text.charCodeAt(i - 1) & 0xfc00) != 0xd800);
    if (c >= 0x20 && c != 0x7f && !isByte) continue;
    parts.push(text.substring(from, i));
    if (c == 0x0a) parts.push("\\n");
    else if (c == 0x0d) parts.push("\\r");
    else if (c == 0x09) parts.push("\\t");
    else parts.push("\\x" + (c & 0xff).toString(16).padStart(2, "0"));
    from = i + 1;
  }
  parts.push(text.substring(from));
  return parts.join("");
}
