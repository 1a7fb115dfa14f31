import { lowerAscii, matchesGlob } from "as-proxy-wasm-sdk";

/** Whether an origin is that of the request itself: the same scheme, host and port. */
export function isSameOrigin(origin: string, scheme: string, host: string): bool {
  const mark = origin.indexOf("://");
  if (mark < 0) return false;
  return withPort(origin.substring(0, mark), origin.substring(mark + 3)) == withPort(scheme, host);
}

/** An origin in lower case, with its port also if the port is the default of the scheme. */
function withPort(scheme: string, host: string): string {
  const lower = lowerAscii(scheme);
  let port = "";
  if (portStart(host) < 0) port = lower == "http" ? ":80" : lower == "https" ? ":443" : "";
  return lower + "://" + lowerAscii(host) + port;
}

/** The index of the colon before the port; -1 if there is no port. The colons of an IPv6 address are in brackets. */
function portStart(host: string): i32 {
  const colon = host.lastIndexOf(":");
  return colon > host.lastIndexOf("]") && !host.substring(colon).startsWith("://") ? colon : -1;
}

/** Whether a text is a scheme and a host, as browsers send: `*` in a pattern must not match a path or a user. */
function isOrigin(text: string): bool {
  const mark = text.indexOf("://");
  if (mark <= 0) return false;
  for (let i = mark + 3; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c <= 0x20 || c == 0x7f || c == 0x2c || c == 0x2f || c == 0x3f || c == 0x23 || c == 0x40 || c == 0x5c)
      return false;
  }
  return text.length > mark + 3;
}

/** A pattern of `allow_origin_patterns`, such as `https://*.example.com:[8080,9090]`. */
export class OriginPattern {
  private constructor(
    private host: string,
    /** `null` if the host has the port, `*` for any port or none. */
    private ports: string[] | null,
  ) {}

  /** Returns null if the text can match no origin. */
  static parse(text: string): OriginPattern | null {
    const lower = lowerAscii(text);
    // matchesGlob would take a question mark for any character.
    if (lower.includes("?")) return null;
    const start = lower.endsWith("]") ? lower.lastIndexOf(":[") : -1;
    if (start < 0) return new OriginPattern(lower, null);
    const ports = lower.substring(start + 2, lower.length - 1).split(",");
    for (let i = 0; i < ports.length; i++) if (ports[i] != "*" && !isPort(ports[i])) return null;
    return new OriginPattern(lower.substring(0, start), ports);
  }

  /** @param origin an origin in lower case */
  matches(origin: string): bool {
    if (this.host == "*" && this.ports === null) return true;
    if (!isOrigin(origin)) return false;
    const ports = this.ports;
    if (ports === null) return matchesGlob(this.host, origin);
    const colon = portStart(origin);
    const port = colon < 0 ? "" : origin.substring(colon + 1);
    if (!ports.includes("*")) return ports.includes(port) && matchesGlob(this.host, origin.substring(0, colon));
    return matchesGlob(this.host, isPort(port) ? origin.substring(0, colon) : origin);
  }
}

function isPort(text: string): bool {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x30 || text.charCodeAt(i) > 0x39) return false;
  return text != "";
}
