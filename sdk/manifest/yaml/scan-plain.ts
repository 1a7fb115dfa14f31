import { isBlank, isBlankOrEnd, isBreak } from "./cursor.js";
import type { Cursor } from "./cursor.js";

const WORD = /[^: \t\n\r\x85\u2028\u2029\0]+/y;
/** In a flow collection, brackets, commas and "?" end the scalar too. */
const FLOW_WORD = /[^:,?[\]{} \t\n\r\x85\u2028\u2029\0]+/y;
const BLANKS = /[ \t]+/y;

/**
 * Reads a scalar without quotes, with its further lines.
 *
 * @param indent the column that further lines need at least, outside of flow collections
 * @returns the text, and whether the cursor is at the beginning of another line
 */
export function scanPlain(cursor: Cursor, indent: number, inFlow: boolean): { text: string; lineEnded: boolean } {
  const word = inFlow ? FLOW_WORD : WORD;
  let text = "";
  let space = "";
  let lineEnded = false;
  while (!cursor.atDocumentMark() && cursor.char() !== "#") {
    const part = takeLine(cursor, word);
    if (part !== "") {
      text += space + part;
      lineEnded = false;
    }
    if (!isBreak(cursor.char())) break;
    const first = cursor.takeBreak();
    const more = emptyLines(cursor, indent);
    lineEnded = true;
    space = first !== "\n" ? first + more : more === "" ? " " : more;
    if (!inFlow && cursor.column < indent) break;
  }
  return { text, lineEnded };
}

/** The part of the scalar on the line, without blanks at its end. */
function takeLine(cursor: Cursor, word: RegExp): string {
  const start = cursor.at;
  let end = start;
  for (;;) {
    const before = cursor.at;
    cursor.take(word);
    while (cursor.char() === ":" && !isBlankOrEnd(cursor.char(1))) {
      cursor.at += 1;
      cursor.take(word);
    }
    if (cursor.at === before) break;
    end = cursor.at;
    cursor.take(BLANKS);
    if (cursor.at === end || cursor.char() === "#") break;
  }
  return cursor.text.slice(start, end);
}

/** Whether a scalar without quotes can begin at the cursor. */
export function startsPlain(cursor: Cursor, inFlow: boolean): boolean {
  const char = cursor.char();
  if (char === "-") return !isBlank(cursor.char(1));
  if (char === "?" || char === ":") return !inFlow && !isBlankOrEnd(cursor.char(1));
  return !isBlankOrEnd(char) && !",[]{}#&*!|>'\"%@`".includes(char);
}

function emptyLines(cursor: Cursor, indent: number): string {
  let breaks = "";
  for (;;) {
    while (isBlank(cursor.char())) {
      if (cursor.char() === "\t" && cursor.column < indent) cursor.fail("a tab indents the line; use spaces");
      cursor.at += 1;
    }
    if (!isBreak(cursor.char())) return breaks;
    breaks += cursor.takeBreak();
  }
}
