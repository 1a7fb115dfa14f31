import { escapedByte, isIn, UNRESERVED } from "../../net/percent";

const PERCENT: i32 = 0x25;
const STAR: i32 = 0x2a;
const DOT: i32 = 0x2e;
const COLON: i32 = 0x3a;
const AT: i32 = 0x40;
const OPENING: i32 = 0x5b;
const CLOSING: i32 = 0x5d;

/**
 * The host of an authority, without user and port, in the spelling of `oneSpelling`. Gateways accept all spellings of a
 * host, and upstreams treat them as the same host; otherwise a client could bypass a rule by another spelling. An IPv6
 * address keeps its brackets.
 *
 * @param authority The value of `:authority`, exactly as the client sent it.
 * @example
 * hostName("user@Example.com.:8080"); // "example.com"
 */
export function hostName(authority: string): string {
  let start = authority.length;
  while (start > 0 && authority.charCodeAt(start - 1) != AT) start--;
  let end = start;
  for (let inBrackets = false; end < authority.length; end++) {
    const c = authority.charCodeAt(end);
    if (c == COLON && !inBrackets) break;
    inBrackets = c == OPENING || (inBrackets && c != CLOSING);
  }
  return oneSpelling(authority.substring(start, end));
}

/**
 * Normalizes a host, or a pattern for hosts, for comparison: lower case (RFC 9110, 4.2.3), no percent-encoding of
 * characters that need none (RFC 3986, 6.2.2.2), and no dots of the DNS root at the end.
 *
 * @example
 * oneSpelling("Ex%61mple.com."); // "example.com"
 */
export function oneSpelling(host: string): string {
  const length = host.length;
  const spelled = changetype<string>(__new((<usize>length) << 1, idof<string>()));
  let size = 0;
  // The size without the dots at the end.
  let kept = 0;
  for (let i = 0; i < length; i++) {
    let c = host.charCodeAt(i);
    if (c == PERCENT) {
      const escaped = escapedByte(host, i);
      if (isIn(escaped, UNRESERVED)) {
        c = escaped;
        i += 2;
      }
    }
    if (c >= 0x41 && c <= 0x5a) c |= 0x20;
    store<u16>(changetype<usize>(spelled) + ((<usize>size) << 1), c);
    size++;
    if (c != DOT) kept = size;
  }
  return spelled.substring(0, kept);
}

/**
 * Whether a rule's domain can match no host of a request, because it has a port, a scheme, white space, a star inside, …
 *
 * @param domain A result of `oneSpelling`: a host, a suffix of hosts (`*.example.com`) or a prefix of hosts (`www.*`).
 * @example
 * matchesNoHost("a.test.com:8080"); // true
 */
export function matchesNoHost(domain: string): bool {
  const length = domain.length;
  if (length == 0) return true;
  const first = domain.charCodeAt(0);
  const last = domain.charCodeAt(length - 1);
  const isSuffix = first == STAR;
  const isPrefix = last == STAR && !isSuffix;
  // An IPv6 address, or a part of one.
  if (isSuffix ? last == CLOSING : first == OPENING && (isPrefix || last == CLOSING)) return false;
  let before = isSuffix ? 0 : DOT;
  for (let i = i32(isSuffix); i < length - i32(isPrefix); i++) {
    const c = domain.charCodeAt(i);
    if (!isIn(c, UNRESERVED) || (c == DOT && before == DOT)) return true;
    before = c;
  }
  return false;
}
