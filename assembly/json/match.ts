const STAR: i32 = 0x2a;
const QUESTION: i32 = 0x3f;
const BACKSLASH: i32 = 0x5c;

/** The number of code units of the character at `i`. */
function unitsAt(text: string, i: i32): i32 {
  return (text.charCodeAt(i) & 0xfc00) == 0xd800 && i + 1 < text.length && (text.charCodeAt(i + 1) & 0xfc00) == 0xdc00
    ? 2
    : 1;
}

/**
 * Whether a text matches a pattern as in gjson (github.com/tidwall/match): `*` matches any number of characters, `?`
 * matches one character, and a backslash escapes the next character. The number of steps is at most the product of both
 * lengths.
 */
export function matches(text: string, pattern: string): bool {
  let i = 0;
  let j = 0;
  // The index after the last star, and the index in the text from which the match is tried next.
  let star = -1;
  let retry = 0;
  while (true) {
    if (j < pattern.length) {
      let c = pattern.charCodeAt(j);
      if (c == STAR) {
        star = ++j;
        retry = i;
        continue;
      }
      if (i < text.length) {
        if (c == QUESTION) {
          i += unitsAt(text, i);
          j++;
          continue;
        }
        const skip = i32(c == BACKSLASH);
        // A backslash at the end matches nothing.
        c = j + skip < pattern.length ? pattern.charCodeAt(j + skip) : -1;
        if (c == text.charCodeAt(i)) {
          i++;
          j += skip + 1;
          continue;
        }
      }
    } else if (i == text.length) return true;
    if (star < 0 || retry >= text.length) return false;
    retry += unitsAt(text, retry);
    i = retry;
    j = star;
  }
}
