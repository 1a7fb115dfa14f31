import { integerText } from "../abi/decimal";
import { IpAddress } from "./ip-address";

/**
 * An IP address with a port, as the property `source.address` has it: `10.0.0.7:51234`, `[::1]:80`.
 *
 * @example
 * ```ts
 * const client = SocketAddress.parse(getProperty(["source", "address"]).string());
 * if (client !== null) log.info("client " + client.ip.toString() + ", port " + client.port.toString());
 * ```
 */
export class SocketAddress {
  constructor(
    readonly ip: IpAddress,
    /** The port, 0 to 65535. */
    readonly port: i32,
  ) {}

  /**
   * Reads an address with its port, as Go's `netip.ParseAddrPort`: an IPv6 address is in brackets, an IPv4 address is not.
   *
   * @param text `10.0.0.7:51234` or `[::1]:80`
   * @param defaultPort if given, the text may have no port, and its address no brackets: `10.0.0.7`, `[::1]`, `::1`
   * @returns the address, or null if the text is malformed, or the path of a Unix socket
   *
   * @example
   * ```ts
   * const element = elementFromRight(ctx.requestHeaders.getAll("x-forwarded-for"), 0);
   * const client = SocketAddress.parse(element === null ? "" : element, 0);
   * if (client === null) ctx.sendResponse(403, [], "x-forwarded-for: expected an IP address");
   * ```
   */
  static parse(text: string, defaultPort: i32 = -1): SocketAddress | null {
    const end = text.length;
    if (defaultPort >= 0) {
      const isInBrackets = text.startsWith("[") && text.endsWith("]");
      const ip = IpAddress.parse(isInBrackets ? text.substring(1, end - 1) : text);
      if (ip !== null) return isInBrackets && ip.isIPv4 ? null : new SocketAddress(ip, defaultPort);
    }
    const colon = text.lastIndexOf(":");
    if (colon < 1) return null;
    const isInBrackets = text.startsWith("[");
    if (isInBrackets && text.charCodeAt(colon - 1) != 0x5d) return null;
    const port = parsePort(text, colon + 1);
    const ip = IpAddress.parse(isInBrackets ? text.substring(1, colon - 1) : text.substring(0, colon));
    if (port < 0 || ip === null || ip.isIPv4 == isInBrackets) return null;
    return new SocketAddress(ip, port);
  }

  /** Returns `10.0.0.7:51234` or `[::1]:80`. */
  toString(): string {
    const ip = this.ip.toString();
    return (this.ip.isIPv4 ? ip : "[" + ip + "]") + ":" + integerText(this.port);
  }
}

/** Reads a port in decimal, to the end of the text; -1 if it is malformed or above 65535. */
function parsePort(text: string, from: i32): i32 {
  if (from == text.length) return -1;
  let port = 0;
  for (let i = from; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    port = port * 10 + digit;
    if (port > 65535) return -1;
  }
  return port;
}
