import type { OutgoingHttpHeaders } from "node:http2";
import type { HeaderMap, Pair } from "../../host/index.js";

/** Names and values, which Node's module gives one after the other, as pairs. */
export function pairsOf(raw: readonly string[]): Pair[] {
  const pairs: Pair[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) pairs.push([raw[i]!, raw[i + 1]!]);
  return pairs;
}

/**
 * Headers as Node's module takes them. It refuses some names that come more than once: their values become one, which
 * means the same.
 */
export function outgoing(map: HeaderMap): OutgoingHttpHeaders {
  const headers = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of map.entries()) {
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else if (!SINGLE.has(name)) headers[name] = [...[before].flat(), value];
    else headers[name] = `${[before].flat().join(", ")}, ${value}`;
  }
  return headers;
}

/** Names that Node's module takes once only. */
const SINGLE = new Set(
  (
    "access-control-allow-credentials access-control-max-age access-control-request-method age authorization content-encoding " +
    "content-language content-length content-location content-md5 content-range content-type date dnt etag expires from host " +
    "if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards " +
    "proxy-authorization range referer retry-after tk upgrade-insecure-requests user-agent x-content-type-options"
  ).split(" "),
);
