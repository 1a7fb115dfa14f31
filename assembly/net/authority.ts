import { quoted } from "../text/quoted";
import { IpAddress } from "./ip-address";
import { escapedByte, hasOnly, HOST, isIn, unescape } from "./percent";

/** `-._~:!$&'()*+,;=%@`, digits and letters. Source: `validUserinfo` of Go's net/url. */
const RAW_USER_INFO: u64 = 0x87ffffff2fff7ff2;

/** The part of a URL between `//` and the path. */
export class Authority {
  /** The reason why the authority is malformed, or null. */
  fault: string | null = null;
  hasUser: bool = false;
  username: string = "";
  password: string | null = null;
  host: string = "";

  /** @param isHttp whether the scheme is `http` or `https`; other schemes may have a list of hosts with ports */
  constructor(text: string, isHttp: bool) {
    const at = text.lastIndexOf("@");
    this.readHost(text.substring(at + 1), isHttp);
    if (this.fault === null && at >= 0) this.readUser(text.substring(0, at));
  }

  private readUser(text: string): void {
    if (!hasOnly(text, RAW_USER_INFO)) {
      this.fault = "the user has a character that must be percent-encoded";
      return;
    }
    const colon = text.indexOf(":");
    const username = unescape(colon < 0 ? text : text.substring(0, colon));
    const password = unescape(colon < 0 ? "" : text.substring(colon + 1));
    if (username === null || password === null) {
      this.fault = "expected two hexadecimal digits after each % of the user";
      return;
    }
    this.hasUser = true;
    this.username = username;
    if (colon >= 0) this.password = password;
  }

  private readHost(text: string, isHttp: bool): void {
    const bracket = text.lastIndexOf("[");
    if (bracket > 0) {
      this.fault = "expected [ only at the beginning of the host";
      return;
    }
    if (bracket == 0) {
      this.readIPv6(text);
      return;
    }
    const colon = isHttp ? text.indexOf(":") : text.lastIndexOf(":");
    if (colon >= 0 && !this.checkPort(text, colon)) return;
    this.host = this.decodeHost(text);
  }

  /** Reads an IPv6 address in brackets, with a port or without. */
  private readIPv6(text: string): void {
    const closing = text.lastIndexOf("]");
    if (closing < 0) {
      this.fault = "expected ] after the address of the host";
      return;
    }
    if (!this.checkPort(text, closing + 1)) return;
    const address = text.substring(1, closing);
    const zone = address.indexOf("%25");
    const before = this.decodeHost(zone < 0 ? address : address.substring(0, zone));
    const decoded = zone < 0 ? before : before + this.decodeZone(address.substring(zone));
    if (this.fault !== null) return;
    const ip = IpAddress.parse(decoded);
    if (ip === null || ip.isIPv4) this.fault = "expected an IPv6 address in brackets, got " + quoted(decoded);
    else this.host = "[" + decoded + "]" + text.substring(closing + 1);
  }

  private checkPort(text: string, from: i32): bool {
    if (from == text.length || (text.charCodeAt(from) == 0x3a && isPort(text, from + 1))) return true;
    this.fault = "invalid port " + quoted(text.substring(from)) + " after the host";
    return false;
  }

  /** Decodes a host. Only bytes that are not ASCII may be encoded, and a `%`. Source: RFC 3986, 3.2.2, and RFC 6874. */
  private decodeHost(text: string): string {
    for (let i = 0, length = text.length; i < length; i++) {
      const c = text.charCodeAt(i);
      if (c == 0x25) {
        const byte = escapedByte(text, i);
        if (byte < 0x80 && byte != 0x25) return this.invalidHost(text);
        i += 2;
      } else if (c < 0x80 && !isIn(c, HOST)) return this.invalidHost(text);
    }
    return unescape(text)!;
  }

  /** Decodes a zone with its `%25`. Only bytes that a host may have can be encoded, and spaces, which Windows has. */
  private decodeZone(text: string): string {
    for (let i = 0, length = text.length; i < length; i++) {
      const c = text.charCodeAt(i);
      if (c == 0x25) {
        const byte = escapedByte(text, i);
        if (byte < 0 || (byte != 0x25 && byte != 0x20 && !isIn(byte, HOST))) return this.invalidHost(text);
        i += 2;
      } else if (c < 0x80 && !isIn(c, HOST)) return this.invalidHost(text);
    }
    return unescape(text)!;
  }

  private invalidHost(text: string): string {
    this.fault = "invalid character or percent-encoding in the host " + quoted(text);
    return "";
  }
}

/** Whether only digits, or nothing, follow to the end. */
export function isPort(text: string, from: i32): bool {
  for (let i = from; i < text.length; i++) if (<u32>text.charCodeAt(i) - 0x30 > 9) return false;
  return true;
}
