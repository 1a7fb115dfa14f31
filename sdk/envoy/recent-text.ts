/**
 * The end of a growing text. Positions count from the beginning of the whole text, also when the beginning is dropped.
 *
 * @example
 * const text = new RecentText(1000);
 * text.add("a line\n");
 * text.slice(2); // "line\n"
 */
export class RecentText {
  private readonly parts: string[] = [];
  /** The position of the first character that is kept. */
  start = 0;
  /** The position of the end of the text. */
  end = 0;

  /** @param most how many characters are kept at least; up to one added part more may be kept */
  constructor(private readonly most: number) {}

  add(part: string): void {
    if (part === "") return;
    this.parts.push(part);
    this.end += part.length;
    while (this.end - this.start - this.parts[0]!.length >= this.most) this.start += this.parts.shift()!.length;
  }

  /** The kept text between two positions. */
  slice(from: number, to = this.end): string {
    const found: string[] = [];
    let at = this.end;
    // Backwards, because most callers need the end.
    for (let i = this.parts.length - 1; i >= 0 && at > from; i--) {
      const part = this.parts[i]!;
      at -= part.length;
      if (at < to) found.push(part.slice(Math.max(from - at, 0), to - at));
    }
    return found.reverse().join("");
  }
}
