import type { Http2Stream, OutgoingHttpHeaders } from "node:http2";
import type { HeaderMap, Pair } from "../../host/index.js";

/** Converts Node's flat list of names and values to pairs. */
export function pairsOf(raw: readonly string[]): Pair[] {
  const pairs: Pair[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) pairs.push([raw[i]!, raw[i + 1]!]);
  return pairs;
}

/**
 * Converts headers to the form that Node's module accepts. The module rejects several values for some names. Their
 * values are joined, which has the same meaning.
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

/**
 * Sends the trailers of a message, and ends its stream.
 *
 * @returns false when HTTP/2 cannot carry the trailers, such as a `connection` that a peer has sent over HTTP/1. The caller
 *   must reset the stream then.
 */
export function sendTrailers(stream: Http2Stream, map: HeaderMap | undefined): boolean {
  try {
    stream.sendTrailers(map ? outgoing(map) : {});
    return true;
  } catch {
    return false;
  }
}

/** Names that Node's module accepts only once. */
const SINGLE = new Set(
  (
    "access-control-allow-credentials access-control-max-age access-control-request-method age authorization content-encoding " +
    "content-language content-length content-location content-md5 content-range content-type date dnt etag expires from host " +
    "if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards " +
    "proxy-authorization range referer retry-after tk upgrade-insecure-requests user-agent x-content-type-options"
  ).split(" "),
);
