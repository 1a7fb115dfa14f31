import { TextStream } from "as-proxy-wasm-sdk";

/** Replaces a word in a text that arrives in chunks. */
export class Replacer {
  // A chunk may end inside of a character, or inside of the word. The stream keeps the first bytes of the character, and
  // `kept` the first letters of the word, until the next chunk arrives.
  private stream: TextStream = new TextStream();
  private kept: string = "";

  constructor(
    private find: string,
    private replace: string,
  ) {}

  /** Returns the text that can be sent after this chunk. */
  next(chunk: ArrayBuffer, isLast: bool): string {
    const text = this.kept + this.stream.decode(chunk, isLast);
    let sent = "";
    let start = 0;
    for (let at = text.indexOf(this.find); at >= 0; at = text.indexOf(this.find, start)) {
      sent += text.substring(start, at) + this.replace;
      start = at + this.find.length;
    }
    const end = isLast ? text.length : text.length - this.begunAtEnd(text.substring(start));
    this.kept = text.substring(end);
    return sent + text.substring(start, end);
  }

  /** How many letters at the end of a text may be the beginning of the word. */
  private begunAtEnd(text: string): i32 {
    let length = min(this.find.length - 1, text.length);
    while (length > 0 && !text.endsWith(this.find.substring(0, length))) length--;
    return length;
  }
}
