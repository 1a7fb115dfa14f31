import { Pairs } from "../abi/pairs";
import { isFraming } from "../proxywasm/syntax";
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
function namesOfConnection(headers: Pairs): string[] {
  const names = new Array<string>();
  for (let i = 0; i < headers.count; i++) {
    if (headers.name(i) != "connection") continue;
    const listed = lowerAscii(headers.value(i)).split(",");
    for (let j = 0; j < listed.length; j++) names.push(listed[j].trim());
  }
  return names;
}

/** The headers of a response that are neither hop-by-hop nor pseudo-headers, as `[name, value]`, in order. */
export function endToEndHeaders(headers: Pairs): string[][] {
  const dropped = namesOfConnection(headers);
  const kept = new Array<string[]>();
  for (let i = 0; i < headers.count; i++) {
    const name = headers.name(i);
    if (name.startsWith(":") || isHopByHop(name) || dropped.includes(name)) continue;
    kept.push([name, headers.value(i)]);
  }
  return kept;
}
