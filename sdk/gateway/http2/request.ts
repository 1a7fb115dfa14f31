import { HeaderMap, type Pair } from "../../host/index.js";
import type { Scheme } from "../scheme.js";
import { checkAuthority, checkMethod, expectsContinue, sanitize } from "../request-headers.js";

const MOST_HEADERS = 100;
const MOST_BYTES = 60 * 1024;

/** Whether a request has more headers, or larger ones, than the gateway accepts. */
export function isTooLarge(pairs: readonly Pair[]): boolean {
  const size = pairs.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return pairs.length > MOST_HEADERS || size > MOST_BYTES;
}

/**
 * Whether the host of a request contains user information, which HTTP/2 forbids. Envoy resets such a stream without a
 * response.
 *
 * Source: RFC 9113, 8.3.1.
 */
export function hasUserInfo(pairs: readonly Pair[]): boolean {
  return pairs.some(([name, value]) => (name === ":authority" || name === "host") && value.includes("@"));
}

/**
 * The headers of an HTTP/2 request for the filter chain, before the gateway adds its own.
 *
 * @param scheme the scheme of the connection
 * @throws HttpError for a missing or wrong host, and for QUERY without a content type
 */
export function http2Request(pairs: readonly Pair[], scheme: Scheme): HeaderMap {
  const map = new HeaderMap("request");
  const hasAuthority = pairs.some(([name]) => name === ":authority");
  for (const [name, value] of pairs) {
    if (name === "cookie") continue;
    if (name !== "host") map.add(name, value);
    else if (!hasAuthority) map.set(":authority", value);
  }
  // An HTTP/2 client may split its cookies into several headers.
  const cookies = pairs.filter(([name]) => name === "cookie").map(([, value]) => value);
  if (cookies.length > 0) map.add("cookie", cookies.join("; "));
  if (!map.has(":scheme")) map.add(":scheme", scheme);
  sanitize(map);
  checkAuthority(map);
  checkMethod(map);
  if (expectsContinue(pairs)) map.remove("expect");
  return map;
}
