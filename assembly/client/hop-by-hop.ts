import { Pairs } from "../abi/pairs";
import { isFraming, lowerAscii } from "../proxywasm/syntax";

// What a header says about the connection that it came on, and not about the message. Sources: RFC 9110, 7.6.1, 6.6.2
// (`trailer`, whose trailers are not sent on) and 11.7 (`proxy-…`).

/** Whether a header, in lower case, is about one connection, whatever `connection` says. */
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
    // Envoy's router puts it into the response of a call: how long that took.
    name == "x-envoy-upstream-service-time"
  );
}

/** The names that the `connection` headers list, in lower case. */
function namesOfConnection(headers: Pairs): string[] {
  const names = new Array<string>();
  for (let i = 0; i < headers.count; i++) {
    if (headers.name(i) != "connection") continue;
    const listed = lowerAscii(headers.value(i)).split(",");
    for (let j = 0; j < listed.length; j++) names.push(listed[j].trim());
  }
  return names;
}

/** The headers of a response that are about the message, as `[name, value]`, in order: without pseudo-headers. */
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
