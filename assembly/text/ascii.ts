/** Whether a character is one of the digits 0 to 9. */
// @ts-ignore: decorator
@inline
export function isDigit(c: u32): bool {
  return c - 0x30 < 10;
}

/** The value of a hexadecimal digit, or a number above 15. */
export function hexDigit(c: u32): u32 {
  return isDigit(c) ? c - 0x30 : (c | 0x20) - 0x61 < 6 ? (c | 0x20) - 0x57 : 16;
}

/** A capital letter A to Z as lower case, any other character as it is. */
// @ts-ignore: decorator
@inline
function lowerOf(c: u32): u32 {
  return c - 0x41 < 26 ? c | 0x20 : c;
}

// @ts-ignore: decorator
@inline
function unitAt(text: string, index: i32): u32 {
  return load<u16>(changetype<usize>(text) + ((<usize>index) << 1));
}

/**
 * Converts the letters A to Z to lower case. Use it for names of headers and hosts: `String#toLowerCase` adds its Unicode
 * tables to the module, 8 KB.
 *
 * @returns the converted text; the same string if it has no capitals
 *
 * @example
 * ```ts
 * if (lowerAscii(ctx.host) == "www.example.com") ctx.requestHeaders.set("x-home", "1");
 * ```
 */
export function lowerAscii(text: string): string {
  const length = text.length;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x41 || c > 0x5a) continue;
    const lower = changetype<string>(__new((<usize>length) << 1, idof<string>()));
    for (let j = 0; j < length; j++) {
      const d = text.charCodeAt(j);
      store<u16>(changetype<usize>(lower) + ((<usize>j) << 1), d >= 0x41 && d <= 0x5a ? d | 0x20 : d);
    }
    return lower;
  }
  return text;
}

/**
 * Whether two texts are equal if the letters A to Z count as a to z. Other letters must be the same: header names, hosts,
 * schemes and most tokens of HTTP compare like this.
 *
 * @example
 * ```ts
 * const upgrade = ctx.requestHeaders.getOr("upgrade", "");
 * if (equalsIgnoreCase(upgrade, "websocket")) log.info("a WebSocket");
 * ```
 */
export function equalsIgnoreCase(a: string, b: string): bool {
  return a.length == b.length && startsWithIgnoreCase(a, b);
}

/**
 * Whether a text begins with a prefix if the letters A to Z count as a to z.
 *
 * @example
 * ```ts
 * const authorization = ctx.requestHeaders.getOr("authorization", "");
 * if (startsWithIgnoreCase(authorization, "Bearer ")) log.info("a bearer token");
 * ```
 */
export function startsWithIgnoreCase(text: string, prefix: string): bool {
  const length = prefix.length;
  if (length > text.length) return false;
  for (let i = 0; i < length; i++) {
    if (lowerOf(unitAt(text, i)) != lowerOf(unitAt(prefix, i))) return false;
  }
  return true;
}

/**
 * Finds a part in a text if the letters A to Z count as a to z. Takes time proportional to the length of the text, even if
 * the text is made to slow the search down.
 *
 * @param part the text to find; "" is found at 0
 * @returns the index of the first occurrence, or -1
 *
 * @example
 * ```ts
 * const agent = ctx.requestHeaders.getOr("user-agent", "");
 * if (indexOfIgnoreCase(agent, "curl") >= 0) log.info("a request of curl");
 * ```
 */
export function indexOfIgnoreCase(text: string, part: string): i32 {
  const size = part.length;
  if (size == 0) return 0;
  if (size > text.length) return -1;
  // borders[i] is the length of the longest proper prefix of part[0..i] that is also its suffix.
  // Source: Knuth, Morris and Pratt, "Fast pattern matching in strings", 1977.
  const borders = new StaticArray<i32>(size);
  for (let i = 1, matched = 0; i < size; i++) {
    const c = lowerOf(unitAt(part, i));
    while (matched > 0 && lowerOf(unitAt(part, matched)) != c) matched = unchecked(borders[matched - 1]);
    if (lowerOf(unitAt(part, matched)) == c) matched++;
    unchecked((borders[i] = matched));
  }
  for (let i = 0, matched = 0, length = text.length; i < length; i++) {
    const c = lowerOf(unitAt(text, i));
    while (matched > 0 && lowerOf(unitAt(part, matched)) != c) matched = unchecked(borders[matched - 1]);
    if (lowerOf(unitAt(part, matched)) == c) matched++;
    if (matched == size) return i + 1 - size;
  }
  return -1;
}

/** A text without the spaces, tabs and line breaks at its ends: what HTTP allows around the elements of a header. */
export function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(unitAt(text, start))) start++;
  while (end > start && isSpace(unitAt(text, end - 1))) end--;
  return text.substring(start, end);
}

function isSpace(c: u32): bool {
  return c == 0x20 || c == 0x09 || c == 0x0a || c == 0x0d;
}
