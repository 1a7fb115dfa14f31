import { END, isBreak } from "./cursor.js";
import type { Cursor } from "./cursor.js";

const ESCAPES: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  "\t": "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  " ": " ",
  '"': '"',
  "'": "'",
  "\\": "\\",
  N: "\x85",
  _: "\xa0",
  L: "\u2028",
  P: "\u2029",
};
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

const SINGLE_RUN = /[^'\n\r\x85\u2028\u2029\0]+/y;
const DOUBLE_RUN = /[^"\\\n\r\x85\u2028\u2029\0]+/y;
const BLANKS = /[ \t]+/y;
const BLANKS_AT_END = /[ \t]+$/;

/** Reads a scalar in quotes. The cursor is at the first quote. */
export function scanQuoted(cursor: Cursor, quote: "'" | '"'): string {
  const start = cursor.line;
  const run = quote === "'" ? SINGLE_RUN : DOUBLE_RUN;
  let text = "";
  cursor.at += 1;
  for (;;) {
    if (cursor.atDocumentMark()) failOpen(cursor, start, quote);
    const part = cursor.take(run);
    const char = cursor.char();
    if (isBreak(char)) {
      text += part.replace(BLANKS_AT_END, "") + foldedBreaks(cursor);
      continue;
    }
    text += part;
    if (char === quote) {
      if (quote === '"' || cursor.char(1) !== "'") break;
      text += "'";
      cursor.at += 2;
    } else if (char === "\\") text += escape(cursor);
    else failOpen(cursor, start, quote);
  }
  cursor.at += 1;
  return text;
}

/** Names the line in which the quote begins: a missing quote takes in the lines below. */
function failOpen(cursor: Cursor, line: number, quote: string): never {
  cursor.line = line;
  cursor.fail(`expected a closing ${quote} for the first ${quote} of the text`);
}

/** The line breaks within a quoted text: one break becomes a space, more become one break less. */
function foldedBreaks(cursor: Cursor): string {
  const first = cursor.takeBreak();
  const more = skipEmptyLines(cursor);
  if (first !== "\n") return first + more;
  return more === "" ? " " : more;
}

function escape(cursor: Cursor): string {
  cursor.at += 1;
  const char = cursor.char();
  if (isBreak(char)) {
    cursor.takeBreak();
    return skipEmptyLines(cursor);
  }
  const digits = HEX_DIGITS[char];
  if (digits !== undefined) return escapedCharacter(cursor, digits);
  const value = Object.hasOwn(ESCAPES, char) ? ESCAPES[char] : undefined;
  if (value === undefined) cursor.fail(`unknown escape "\\${char === END ? "" : char}" in a text in double quotes`);
  cursor.at += 1;
  return value;
}

function escapedCharacter(cursor: Cursor, digits: number): string {
  const name = cursor.char();
  const hex = cursor.text.slice(cursor.at + 1, cursor.at + 1 + digits);
  if (!new RegExp(`^[0-9a-fA-F]{${digits}}$`).test(hex)) {
    cursor.fail(`expected ${digits} hexadecimal digits after "\\${name}"`);
  }
  const code = parseInt(hex, 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
    cursor.fail(`"\\${name}${hex}" is no Unicode character; write the character itself, or "\\U" with 8 digits`);
  }
  cursor.at += 1 + digits;
  return String.fromCodePoint(code);
}

/** Lines with blanks only, and the blanks that the next line begins with. Returns the line breaks. */
function skipEmptyLines(cursor: Cursor): string {
  let breaks = "";
  for (;;) {
    cursor.take(BLANKS);
    if (!isBreak(cursor.char())) return breaks;
    breaks += cursor.takeBreak();
  }
}
