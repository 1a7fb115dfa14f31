const STAR: i32 = 0x2a;
const DOT: i32 = 0x2e;
const COLON: i32 = 0x3a;
const AT: i32 = 0x40;
const OPENING: i32 = 0x5b;
const CLOSING: i32 = 0x5d;

/** Visible characters that no host has; Envoy answers a request whose host has one with 400. */
const NOT_IN_HOSTS = '"#<>?\\^`{|}';

/**
 * What was expected of a domain of a rule that no host of a request is like; null for one that some host is.
 *
 * @param domain A host, or how hosts end (`*.example.com`) or begin (`www.*`).
 * @example
 * oddDomain("a.test.com:8080"); // "a host without a port"
 */
export function oddDomain(domain: string): string | null {
  let start = 0;
  let end = domain.length;
  if (end > 0 && domain.charCodeAt(0) == STAR) {
    if (end == 1) return null;
    start = 1;
  } else if (end > 0 && domain.charCodeAt(end - 1) == STAR) end--;
  const isSuffix = start == 1;
  const isPrefix = end < domain.length;
  if (start == end) return 'a host, such as "example.com"';
  if (domain.indexOf("/") >= 0) return "a host without a scheme or a path";
  // Of an address of IP version 6 a pattern may hold the end alone.
  let inBrackets = isSuffix && domain.indexOf("[") < 0 && domain.charCodeAt(end - 1) == CLOSING;
  let before = isSuffix ? 0 : DOT;
  for (let i = start; i < end; i++) {
    const c = domain.charCodeAt(i);
    if (c <= 0x20 || c == 0x7f) return "a host without white space";
    if (c > 0x7f) return 'an international host in ASCII, as "xn--..."';
    if (c == STAR) return 'a "*" at the beginning or at the end alone';
    if (c == AT) return "a host without a user";
    if (c == OPENING) inBrackets = true;
    else if (c == CLOSING) inBrackets = false;
    else if (c == COLON && !inBrackets) return "a host without a port, an IPv6 address in brackets";
    else if (c == DOT && before == DOT) return "a host without an empty label";
    else if (NOT_IN_HOSTS.indexOf(String.fromCharCode(c)) >= 0) return "a host of letters, digits, hyphens and dots";
    before = c;
  }
  return inBrackets && !isPrefix ? 'a host with "[" and "]"' : null;
}
