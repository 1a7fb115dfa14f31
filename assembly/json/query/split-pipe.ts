import { Byte } from "../byte";
import { HASH } from "./array-part";
import { PIPE } from "./object-part";
import { closingQuote, OPEN_PARENTHESIS, CLOSE_PARENTHESIS, squash } from "./squash";

/**
 * The index of the pipe in the path after `#.` or `#(…)`, whose right side is applied to all results together; -1 if
 * there is none. As in gjson, a multipath in braces hides pipes behind it, unless a pipe follows directly.
 */
export function splitPipe(path: string): i32 {
  if (!path.includes("|")) return -1;
  if (path.charCodeAt(0) == Byte.OpenBrace) {
    const end = path.length > 1 ? squash(path, 1) : 1;
    return end < path.length && path.charCodeAt(end) == PIPE ? end : -1;
  }
  for (let i = 0; i < path.length; i++) {
    const c = path.charCodeAt(i);
    if (c == PIPE) return i;
    if (c == Byte.Backslash) i++;
    else if (c == Byte.Dot) {
      if (i == path.length - 1) return -1;
      if (path.charCodeAt(i + 1) != HASH) continue;
      i += 2;
      if (i == path.length) return -1;
      const open = path.charCodeAt(i);
      if (open == Byte.OpenBracket) i = closing(path, i, Byte.OpenBracket, Byte.CloseBracket);
      else if (open == OPEN_PARENTHESIS) i = closing(path, i, OPEN_PARENTHESIS, CLOSE_PARENTHESIS);
    }
  }
  return -1;
}

/** The index of the bracket that closes the bracket at `i`; the length of the path if none does. */
function closing(path: string, i: i32, open: i32, close: i32): i32 {
  let depth = 0;
  for (; i < path.length; i++) {
    const c = path.charCodeAt(i);
    if (c == Byte.Backslash) i++;
    else if (c == open) depth++;
    else if (c == close) {
      if (--depth == 0) return i;
    } else if (c == Byte.Quote) i = closingQuote(path, i);
  }
  return path.length;
}
