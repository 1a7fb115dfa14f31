import { addClass, addSet, perlClass } from "./classes";
import { Cursor } from "./cursor";
import { LAST_CHARACTER } from "./ranges";
import { addCategory } from "./unicode";

const BACKSLASH: i32 = 0x5c;

function isOctal(c: i32): bool {
  return c >= 0x30 && c <= 0x37;
}

/** The value of a hexadecimal digit; -1 if `c` is none. */
function hexValue(c: i32): i32 {
  if (c >= 0x30 && c <= 0x39) return c - 0x30;
  const letter = c | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/**
 * Reads an escape that stands for a set, such as `\d` or `\p{Lu}`.
 *
 * @returns false if another escape follows, or with an error
 */
export function readSetEscape(cursor: Cursor, to: Array<u64>, isFolded: bool): bool {
  if (cursor.peek() != BACKSLASH) return false;
  const letter = cursor.peek(1);
  const lower = letter | 0x20;
  const isNegated = letter != lower;
  if (lower == 0x70) return readCategory(cursor, to, isNegated, isFolded);
  if (letter < 0) return false;
  const pairs = perlClass(lower);
  if (pairs.length == 0) return false;
  cursor.at += 2;
  addClass(to, pairs, isNegated, isFolded);
  return true;
}

function readCategory(cursor: Cursor, to: Array<u64>, isNegated: bool, isFolded: bool): bool {
  const start = cursor.at;
  cursor.at += 2;
  let name = "";
  if (cursor.take(0x7b)) {
    const found = cursor.takeUntil("}");
    if (found === null) return cursor.fail(cursor.text.length, "} after \\p{");
    name = found;
  } else {
    const c = cursor.next();
    if (c >= 0) name = String.fromCodePoint(c);
  }
  if (name.length > 0 && name.charCodeAt(0) == 0x5e) {
    isNegated = !isNegated;
    name = name.substring(1);
  }
  const set = new Array<u64>();
  if (!addCategory(set, name)) return cursor.fail(start, "a general category such as \\p{Lu}, not a script");
  cursor.count(set.length);
  addSet(to, set, isNegated, isFolded);
  return true;
}

/** Reads an escape that stands for one character. Returns the character; -1 with an error. */
export function readEscape(cursor: Cursor): i32 {
  const start = cursor.at;
  cursor.at++;
  const c = cursor.next();
  if (c < 0) {
    cursor.fail(cursor.at, "a character after \\");
    return -1;
  }
  if (c == 0x30 || (isOctal(c) && isOctal(cursor.peek()))) {
    let value = c - 0x30;
    for (let i = 0; i < 2 && isOctal(cursor.peek()); i++) value = value * 8 + cursor.next() - 0x30;
    return value;
  }
  if (c == 0x78) return readHex(cursor, start);
  if (c == 0x61) return 0x07;
  if (c == 0x66) return 0x0c;
  if (c == 0x6e) return 0x0a;
  if (c == 0x72) return 0x0d;
  if (c == 0x74) return 0x09;
  if (c == 0x76) return 0x0b;
  const isLetterOrDigit = <u32>((c | 0x20) - 0x61) < 26 || <u32>(c - 0x30) < 10;
  if (c < 0x80 && !isLetterOrDigit) return c;
  cursor.fail(start, "an escape of RE2");
  return -1;
}

function readHex(cursor: Cursor, start: i32): i32 {
  if (!cursor.take(0x7b)) {
    const high = hexValue(cursor.next());
    const low = hexValue(cursor.next());
    if (high >= 0 && low >= 0) return high * 16 + low;
    cursor.fail(start, "\\x00 to \\xFF");
    return -1;
  }
  let value = -1;
  while (!cursor.take(0x7d)) {
    const digit = hexValue(cursor.next());
    value = max(value, 0) * 16 + digit;
    if (digit < 0 || value > <i32>LAST_CHARACTER) {
      value = -1;
      break;
    }
  }
  if (value < 0) cursor.fail(start, "\\x{0} to \\x{10FFFF}");
  return value;
}
