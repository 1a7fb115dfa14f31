/**
 * Whether a whole text matches a pattern in which `*` stands for any characters, also none, and `?` for one character.
 * All other characters stand for themselves; letters compare with case. No pattern makes the time grow faster than the
 * length of the text times the length of the pattern.
 *
 * @param pattern the pattern, `*.example.com` or `/api/v?/users/*`; a `*` also stands for dots and slashes
 * @param text the text to match, "" included
 *
 * @example
 * ```ts
 * for (let i = 0; i < config.allow.length; i++) {
 *   if (matchesGlob(config.allow[i], pathOf(ctx.path))) return;
 * }
 * ```
 */
export function matchesGlob(pattern: string, text: string): bool {
  const patternEnd = pattern.length;
  const textEnd = text.length;
  let p = 0;
  let t = 0;
  // The index after the last `*`, and the index in the text at which the part after the `*` is tried. Only the last `*`
  // needs another try: the parts before it have matched as early as they can.
  let star = -1;
  let tried = 0;
  while (t < textEnd) {
    const c = p < patternEnd ? pattern.charCodeAt(p) : -1;
    if (c == 0x2a) {
      star = ++p;
      tried = t;
    } else if (c == 0x3f) {
      p++;
      t = afterCharacter(text, t);
    } else if (c == text.charCodeAt(t)) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star;
      tried = afterCharacter(text, tried);
      t = tried;
    } else return false;
  }
  while (p < patternEnd && pattern.charCodeAt(p) == 0x2a) p++;
  return p == patternEnd;
}

/** The index after the character at `index`. A character above U+FFFF has two code units. */
function afterCharacter(text: string, index: i32): i32 {
  const isPair = (text.charCodeAt(index) & 0xfc00) == 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) == 0xdc00;
  return index + 1 + i32(isPair);
}
