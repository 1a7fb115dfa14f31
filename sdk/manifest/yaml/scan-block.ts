import { END, isBlank, isBreak, isBreakOrEnd } from "./cursor.js";
import type { Cursor } from "./cursor.js";

const CHOMPING = /[+-]/y;
const DIGIT = /[0-9]/y;
const BLANKS = /[ \t]+/y;
const LINE = /[^\n\r\x85\u2028\u2029\0]+/y;

/**
 * Reads a block scalar. The cursor is at "|" or ">".
 *
 * @param parentIndent the column of the collection around the scalar, -1 for none
 */
export function scanBlock(cursor: Cursor, parentIndent: number): string {
  const folded = cursor.char() === ">";
  cursor.at += 1;
  const { chomping, increment } = scanHeader(cursor);
  const lines = new BlockLines(cursor, parentIndent);
  if (increment > 0) lines.indent = Math.max(parentIndent, 0) + increment;
  let text = "";
  let lineBreak = "";
  let emptyLines = lines.takeEmpty();
  let blankBefore = false;
  while (cursor.column === lines.indent && cursor.char() !== END) {
    const blank = isBlank(cursor.char());
    if (folded && lineBreak === "\n" && !blankBefore && !blank) text += emptyLines === "" ? " " : emptyLines;
    else text += lineBreak + emptyLines;
    blankBefore = blank;
    text += cursor.take(LINE);
    lineBreak = isBreak(cursor.char()) ? cursor.takeBreak() : "";
    emptyLines = lines.takeEmpty();
  }
  if (chomping !== "-") text += lineBreak;
  if (chomping === "+") text += emptyLines;
  return text;
}

/** The indicators behind "|" or ">", in either order, and the rest of the line. */
function scanHeader(cursor: Cursor): { chomping: string; increment: number } {
  let chomping = cursor.take(CHOMPING);
  const digit = cursor.take(DIGIT);
  if (digit === "0") cursor.fail('the indentation behind "|" or ">" is from 1 to 9, not 0');
  if (chomping === "") chomping = cursor.take(CHOMPING);
  cursor.take(BLANKS);
  if (cursor.char() === "#") cursor.take(LINE);
  if (!isBreakOrEnd(cursor.char())) cursor.fail('expected a comment or the end of the line behind "|" or ">"');
  if (isBreak(cursor.char())) cursor.takeBreak();
  return { chomping, increment: Number(digit) };
}

/** The indentation of a block scalar: given by the header, or found at the first line that is not empty. */
class BlockLines {
  /** 0 as long as unknown. */
  indent = 0;

  constructor(
    private readonly cursor: Cursor,
    private readonly parentIndent: number,
  ) {}

  /** Takes empty lines and the indentation of the next line. Returns the line breaks. */
  takeEmpty(): string {
    const { cursor } = this;
    let breaks = "";
    let widest = 0;
    for (;;) {
      while ((this.indent === 0 || cursor.column < this.indent) && cursor.char() === " ") cursor.at += 1;
      widest = Math.max(widest, cursor.column);
      if ((this.indent === 0 || cursor.column < this.indent) && cursor.char() === "\t") {
        cursor.fail('a tab indents a line below "|" or ">"; use spaces');
      }
      if (!isBreak(cursor.char())) break;
      breaks += cursor.takeBreak();
    }
    if (this.indent === 0) this.indent = Math.max(widest, this.parentIndent + 1, 1);
    return breaks;
  }
}
