import { isFraming } from "./syntax";
import { lowerAscii } from "../text/ascii";

// Hop-by-hop headers describe a connection, not the message. Sources: RFC 9110, 7.6.1, 6.6.2 (`trailer`: the trailers are
// not forwarded) and 11.7 (`proxy-…`).

/** Whether a header (lower case) is hop-by-hop even if no `connection` header lists it. */
function isHopByHop(name: string): bool {
  return (
    isFraming(name) ||
    name == "connection" ||
    name == "keep-alive" ||
    name == "te" ||
    name == "trailer" ||
    name == "upgrade" ||
    name == "proxy-connection" ||
    name == "proxy-authenticate" ||
    name == "proxy-authorization" ||
    // Envoy's router adds the duration of a call to its response.
    name == "x-envoy-upstream-service-time"
  );
}

/** The header names that the `connection` headers list, in lower case. */
function namesOfConnection(headers: string[][]): string[] {
  const names = new Array<string>();
  for (let i = 0; i < headers.length; i++) {
    if (headers[i].length != 2 || lowerAscii(headers[i][0]) != "connection") continue;
    const listed = lowerAscii(headers[i][1]).split(",");
    for (let j = 0; j < listed.length; j++) names.push(listed[j].trim());
  }
  return names;
}

/** The headers of a message that are neither hop-by-hop nor pseudo-headers, in order. Entries that are no pairs stay. */
export function endToEndHeaders(headers: string[][]): string[][] {
  const dropped = namesOfConnection(headers);
  const kept = new Array<string[]>();
  for (let i = 0; i < headers.length; i++) {
    const header = headers[i];
    if (header.length == 2) {
      const name = lowerAscii(header[0]);
      if (name.startsWith(":") || isHopByHop(name) || dropped.includes(name)) continue;
    }
    kept.push(header);
  }
  return kept;
}

/**
 * Whether headers are those of a response as it arrived from an upstream: they contain `:status`, which no header that a
 * plugin writes has.
 */
export function areOfResponse(headers: string[][]): bool {
  for (let i = 0; i < headers.length; i++) if (headers[i].length == 2 && headers[i][0] == ":status") return true;
  return false;
}
