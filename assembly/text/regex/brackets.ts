import { integerText } from "../../abi/decimal";
import { addClass, addSet, posixClass } from "./classes";
import { Cursor } from "./cursor";
import { readEscape, readSetEscape } from "./escapes";
import { addOthers, normalize, rangeOf } from "./ranges";

const OPEN: i32 = 0x5b;
const CLOSE: i32 = 0x5d;
const BACKSLASH: i32 = 0x5c;
const CARET: i32 = 0x5e;
const COLON: i32 = 0x3a;
const MINUS: i32 = 0x2d;

/**
 * Reads a class in brackets, such as `[^a-z\d[:space:]]`.
 *
 * @returns its characters; without use after an error
 */
export function readBrackets(cursor: Cursor, isFolded: bool): Array<u64> {
  const start = cursor.at++;
  const isNegated = cursor.take(CARET);
  const set = new Array<u64>();
  // The characters outside sets that are folded already.
  const plain = new Array<u64>();
  let isFirst = true;
  while (isFirst || cursor.peek() != CLOSE) {
    isFirst = false;
    if (cursor.isAtEnd) cursor.fail(cursor.at, "] for the [ at offset " + integerText(start));
    else if (!readPosix(cursor, set, isFolded) && !readSetEscape(cursor, set, isFolded)) readRange(cursor, plain);
    if (cursor.error.length > 0) return set;
  }
  cursor.at++;
  addSet(set, plain, false, isFolded);
  normalize(set);
  if (!isNegated) return set;
  const others = new Array<u64>();
  addOthers(others, set);
  return others;
}

/** Reads a class such as `[:alpha:]`. Returns false if none follows, or with an error. */
function readPosix(cursor: Cursor, to: Array<u64>, isFolded: bool): bool {
  const at = cursor.at;
  if (cursor.peek() != OPEN || cursor.peek(1) != COLON) return false;
  // One search from the end of the pattern, because a search after every [: would be quadratic.
  if (cursor.lastClass < at + 2) return false;
  cursor.at += 2;
  const isNegated = cursor.take(CARET);
  const name = cursor.takeUntil(":]");
  const pairs = name === null ? "" : posixClass(name);
  if (pairs.length == 0) return cursor.fail(at, "a POSIX class such as [:alpha:]");
  addClass(to, pairs, isNegated, isFolded);
  return true;
}

/** Reads a character, or a range such as `a-z`. */
function readRange(cursor: Cursor, to: Array<u64>): void {
  const start = cursor.at;
  const first = readCharacter(cursor);
  let last = first;
  if (cursor.peek() == MINUS && cursor.peek(1) != CLOSE && cursor.peek(1) >= 0) {
    cursor.at++;
    last = readCharacter(cursor);
  }
  if (cursor.error.length > 0) return;
  if (last < first) cursor.fail(start, "an ascending range");
  else to.push(rangeOf(first, last));
}

function readCharacter(cursor: Cursor): i32 {
  return cursor.peek() == BACKSLASH ? readEscape(cursor) : cursor.next();
}
