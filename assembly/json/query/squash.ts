import { Byte, isClose, isOpen } from "../byte";

export const OPEN_PARENTHESIS: i32 = 0x28;
export const CLOSE_PARENTHESIS: i32 = 0x29;

/** Whether a character opens a bracket of any kind: `{`, `[` or `(`. */
export function opens(c: i32): bool {
  return isOpen(c) || c == OPEN_PARENTHESIS;
}

/** Whether a character closes a bracket of any kind. */
export function closes(c: i32): bool {
  return isClose(c) || c == CLOSE_PARENTHESIS;
}

/** The index of the quote that closes the string whose quote is at `i`; the length of the path if none does. */
export function closingQuote(path: string, i: i32): i32 {
  while (++i < path.length) {
    const c = path.charCodeAt(i);
    if (c == Byte.Backslash) i++;
    else if (c == Byte.Quote) return i;
  }
  return path.length;
}

/**
 * The index after the string or bracket that begins at `i`, whichever character that is; the length of the path if
 * nothing closes it.
 */
export function squash(path: string, i: i32): i32 {
  let depth = 0;
  if (path.charCodeAt(i) != Byte.Quote) {
    depth = 1;
    i++;
  }
  for (; i < path.length; i++) {
    const c = path.charCodeAt(i);
    if (c == Byte.Quote) i = closingQuote(path, i);
    else if (opens(c)) depth++;
    else if (closes(c)) depth--;
    else continue;
    if (depth == 0) return min(i + 1, path.length);
  }
  return path.length;
}

/** The text without characters up to U+0020 at its ends. */
export function trimmed(text: string, from: i32, to: i32): string {
  while (from < to && text.charCodeAt(from) <= Byte.Space) from++;
  while (from < to && text.charCodeAt(to - 1) <= Byte.Space) to--;
  return text.substring(from, to);
}
