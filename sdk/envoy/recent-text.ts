/**
 * The end of a text that grows without end. Positions count from the text's beginning, whether that is still kept or not.
 *
 * @example
 * const text = new RecentText(1000);
 * text.add("a line\n");
 * text.slice(2); // "line\n"
 */
export class RecentText {
  private readonly pieces: string[] = [];
  /** Where what is kept begins. */
  start = 0;
  /** Where the text ends. */
  end = 0;

  /** @param most how many characters are kept at least; a piece that was added more than that */
  constructor(private readonly most: number) {}

  add(piece: string): void {
    if (piece === "") return;
    this.pieces.push(piece);
    this.end += piece.length;
    while (this.end - this.start - this.pieces[0]!.length >= this.most) this.start += this.pieces.shift()!.length;
  }

  /** The text between two positions, as far as it is kept. */
  slice(from: number, to = this.end): string {
    const parts: string[] = [];
    let at = this.end;
    // From behind: what is asked for is mostly the last.
    for (let i = this.pieces.length - 1; i >= 0 && at > from; i--) {
      const piece = this.pieces[i]!;
      at -= piece.length;
      if (at < to) parts.push(piece.slice(Math.max(from - at, 0), to - at));
    }
    return parts.reverse().join("");
  }
}
