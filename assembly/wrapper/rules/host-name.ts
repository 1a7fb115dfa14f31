import { lowerAscii } from "../../proxywasm/syntax";

const PERCENT: i32 = 0x25;
const DOT: i32 = 0x2e;
const COLON: i32 = 0x3a;
const AT: i32 = 0x40;
const OPENING: i32 = 0x5b;
const CLOSING: i32 = 0x5d;

/**
 * The host that an authority names, without user and port, in its one spelling: a gateway routes all others too, and
 * upstreams take them for the same host. An IPv6 address stays in its brackets.
 *
 * @param authority The value of `:authority`, whatever a client has sent.
 * @example
 * hostName("user@Example.com.:8080"); // "example.com"
 */
export function hostName(authority: string): string {
  let start = 0;
  let end = authority.length;
  let inBrackets = false;
  for (let i = 0; i < authority.length; i++) {
    const c = authority.charCodeAt(i);
    if (c == AT) {
      start = i + 1;
      end = authority.length;
      inBrackets = false;
    } else if (c == OPENING) inBrackets = true;
    else if (c == CLOSING) inBrackets = false;
    else if (c == COLON && !inBrackets && end == authority.length) end = i;
  }
  return oneSpelling(authority.substring(start, end));
}

/**
 * A host, or a pattern for hosts, in the one spelling that is compared: without upper case (RFC 9110, 4.2.3), without the dots
 * of the root at its end, and without percent signs where RFC 3986, 6.2.2.2 needs none.
 *
 * @example
 * oneSpelling("Ex%61mple.com."); // "example.com"
 */
export function oneSpelling(host: string): string {
  const text = host.indexOf("%") < 0 ? host : unescaped(host);
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) == DOT) end--;
  return lowerAscii(text.substring(0, end));
}

/** Letters, digits, `-`, `.`, `_` and `~` in the place of their escapes; other escapes stay. */
function unescaped(text: string): string {
  let plain = "";
  let kept = 0;
  for (let i = 0; i + 2 < text.length; i++) {
    if (text.charCodeAt(i) != PERCENT) continue;
    const high = digit(text.charCodeAt(i + 1));
    const low = digit(text.charCodeAt(i + 2));
    if (high < 0 || low < 0 || !isUnreserved((high << 4) | low)) continue;
    plain += text.substring(kept, i) + String.fromCharCode((high << 4) | low);
    i += 2;
    kept = i + 1;
  }
  return plain + text.substring(kept);
}

/** The value of a hexadecimal digit, or -1. */
function digit(c: i32): i32 {
  const letter = (c | 0x20) - 0x61;
  if (letter >= 0 && letter < 6) return letter + 10;
  return c >= 0x30 && c <= 0x39 ? c - 0x30 : -1;
}

function isUnreserved(c: i32): bool {
  const letter = (c | 0x20) - 0x61;
  if (letter >= 0 && letter < 26) return true;
  return (c >= 0x30 && c <= 0x39) || c == 0x2d || c == DOT || c == 0x5f || c == 0x7e;
}
