import { HeaderMap, type Pair } from "../../host/index.js";
import { addOwn, checkAuthority, checkTarget, expectsContinue, sanitize } from "../request-headers.js";

/**
 * The headers of a request of HTTP/2 as filters see them.
 *
 * @throws HttpError for a request without a host, or a target that is none
 */
export function http2Request(pairs: readonly Pair[]): HeaderMap {
  const map = new HeaderMap("request");
  const hasAuthority = pairs.some(([name]) => name === ":authority");
  const cookies = pairs.filter(([name]) => name === "cookie");
  for (const pair of pairs) {
    const [name, value] = pair;
    // A client may cut its cookies into pieces.
    if (name === "cookie") {
      if (pair === cookies[0]) map.add(name, cookies.map(([, one]) => one).join("; "));
    } else if (name !== "host") map.add(name, value);
    else if (!hasAuthority) map.set(":authority", value);
  }
  sanitize(map);
  checkAuthority(map);
  checkTarget(map);
  if (expectsContinue(pairs)) map.remove("expect");
  addOwn(map);
  return map;
}
