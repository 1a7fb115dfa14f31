import { integerText } from "../abi/decimal";
import { hexDigit } from "../text/ascii";
import { parseIPv4 } from "./ipv4";

/** The bits 32 to 63 of an IPv4-mapped IPv6 address (`::ffff:10.0.0.1`). Source: RFC 4291, 2.5.5.2. */
const MAPPED: u64 = 0xffff;

/**
 * An IP address. The IPv4-mapped IPv6 address `::ffff:10.0.0.1` has the same bits as `10.0.0.1`, and `equals`, `Cidr` and
 * `IpSet` treat the two as the same address: a gateway that listens on IPv6 sees IPv4 clients as mapped addresses.
 *
 * @example
 * ```ts
 * const ip = IpAddress.parse(ctx.requestHeaders.getOr("x-real-ip", ""));
 * if (ip === null) ctx.sendResponse(400, [], "x-real-ip: expected an IP address");
 * else if (ip.isPrivate()) log.info("an internal client");
 * ```
 */
export class IpAddress {
  constructor(
    /** The first 64 bits of the address; 0 for an IPv4 address. */
    readonly high: u64,
    /** The last 64 bits; for an IPv4 address those of its IPv4-mapped IPv6 address. */
    readonly low: u64,
    /** Whether the text had the form of an IPv4 address. */
    readonly isIPv4: bool,
    /** The zone of an IPv6 address, `eth0` in `fe80::1%eth0`; "" if it has none. */
    readonly zone: string,
  ) {}

  /**
   * Reads an address as Go's `netip.ParseAddr`: IPv4 in dotted decimal, or IPv6 without brackets, with a zone or without.
   * See `SocketAddress` for an address with its port.
   *
   * @returns the address, or null if the text is none
   */
  static parse(text: string): IpAddress | null {
    for (let i = 0, length = text.length; i < length; i++) {
      const c = text.charCodeAt(i);
      if (c == 0x2e) {
        const bits = parseIPv4(text, 0, length);
        return bits < 0 ? null : new IpAddress(0, (MAPPED << 32) | bits, true, "");
      }
      if (c == 0x3a) return parseIPv6(text);
      if (c == 0x25) return null;
    }
    return null;
  }

  /** Whether the address is an IPv4 address in the form of IPv6, `::ffff:10.0.0.1`. */
  isMapped(): bool {
    return !this.isIPv4 && this.hasIPv4Bits();
  }

  /** Returns the IPv4 address of an IPv4-mapped IPv6 address; any other address as it is. */
  unmap(): IpAddress {
    return this.isMapped() ? new IpAddress(0, this.low, true, "") : this;
  }

  /** Whether two addresses are the same: `10.0.0.1` is the same as `::ffff:10.0.0.1`. Zones count. */
  equals(other: IpAddress): bool {
    return this.high == other.high && this.low == other.low && this.zone == other.zone;
  }

  /** Whether the address leads back to its own machine: `127.0.0.0/8` and `::1`. */
  isLoopback(): bool {
    return this.hasIPv4Bits() ? this.field(0xff000000) == 0x7f000000 : this.high == 0 && this.low == 1;
  }

  /**
   * Whether the address is of a private network: `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16` and `fc00::/7`.
   * Sources: RFC 1918 and RFC 4193.
   */
  isPrivate(): bool {
    if (!this.hasIPv4Bits()) return this.high >> 57 == 0xfc >> 1;
    return (
      this.field(0xff000000) == 0x0a000000 ||
      this.field(0xfff00000) == 0xac100000 ||
      this.field(0xffff0000) == 0xc0a80000
    );
  }

  /** Whether the address is valid on one link only: `169.254.0.0/16`, with the metadata services of clouds, and `fe80::/10`. */
  isLinkLocal(): bool {
    return this.hasIPv4Bits() ? this.field(0xffff0000) == 0xa9fe0000 : this.high >> 54 == 0xfe80 >> 6;
  }

  /** Returns the address in its one spelling, as Go's `Addr.String`. Source: RFC 5952. */
  toString(): string {
    const zone = this.zone.length == 0 ? "" : "%" + this.zone;
    if (this.hasIPv4Bits()) return (this.isIPv4 ? "" : "::ffff:") + this.dotted() + zone;
    let skipFrom = -1;
    let skipTo = -1;
    for (let i = 0; i < 8; i++) {
      let j = i;
      while (j < 8 && this.group(j) == 0) j++;
      if (j - i >= 2 && j - i > skipTo - skipFrom) {
        skipFrom = i;
        skipTo = j;
      }
      if (j > i) i = j;
    }
    let text = "";
    for (let i = 0; i < 8; i++) {
      if (i == skipFrom) {
        text += "::";
        i = skipTo;
        if (i >= 8) break;
      } else if (i > 0) text += ":";
      text += hexText(this.group(i));
    }
    return text + zone;
  }

  /** @internal Whether the address is IPv4 or IPv4-mapped. */
  hasIPv4Bits(): bool {
    return this.high == 0 && this.low >> 32 == MAPPED;
  }

  /** The bits of an IPv4 address under a mask. */
  private field(mask: u32): u32 {
    return (<u32>this.low) & mask;
  }

  private group(index: i32): u32 {
    const half = index < 4 ? this.high : this.low;
    return (<u32>(half >> ((<u64>(3 - (index & 3))) << 4))) & 0xffff;
  }

  private dotted(): string {
    const bits = <u32>this.low;
    const start = integerText(bits >> 24) + "." + integerText((bits >> 16) & 0xff);
    return start + "." + integerText((bits >> 8) & 0xff) + "." + integerText(bits & 0xff);
  }
}

function hexText(group: u32): string {
  let text = "";
  for (let shift = 12; shift >= 0; shift -= 4) {
    const digit = (group >> shift) & 15;
    if (text.length > 0 || digit > 0 || shift == 0)
      text += String.fromCharCode(digit < 10 ? 0x30 + digit : 0x57 + digit);
  }
  return text;
}

/** Reads the eight groups of an IPv6 address. The groups before `::` and after it are collected on their own. */
function parseIPv6(text: string): IpAddress | null {
  const percent = text.indexOf("%");
  if (percent == text.length - 1) return null;
  const end = percent < 0 ? text.length : percent;
  let high: u64 = 0;
  let low: u64 = 0;
  let headHigh: u64 = 0;
  let headLow: u64 = 0;
  let count = 0;
  let gap = -1;
  let p = 0;
  if (text.startsWith("::")) {
    gap = 0;
    p = 2;
  }
  while (count < 8 && p < end) {
    const start = p;
    let group: u64 = 0;
    for (; p < end; p++) {
      const digit = hexDigit(text.charCodeAt(p));
      if (digit > 15) break;
      if (p - start == 4) return null;
      group = (group << 4) | digit;
    }
    if (p == start) return null;
    if (p < end && text.charCodeAt(p) == 0x2e) {
      // The last 32 bits may be in the form of IPv4.
      const bits = (gap < 0 && count != 6) || count > 6 ? -1 : parseIPv4(text, start, end);
      if (bits < 0) return null;
      high = (high << 32) | (low >> 32);
      low = (low << 32) | bits;
      count += 2;
      p = end;
      break;
    }
    high = (high << 16) | (low >> 48);
    low = (low << 16) | group;
    count++;
    if (p == end) break;
    if (text.charCodeAt(p) != 0x3a || ++p == end) return null;
    if (text.charCodeAt(p) == 0x3a) {
      if (gap >= 0) return null;
      gap = count;
      headHigh = high;
      headLow = low;
      high = 0;
      low = 0;
      p++;
    }
  }
  if (p != end || gap < 0 != (count == 8)) return null;
  if (gap > 0) {
    const shift = (<u64>(8 - gap)) << 4;
    high |= shift < 64 ? (headHigh << shift) | (headLow >> (64 - shift)) : headLow << (shift - 64);
    if (shift < 64) low |= headLow << shift;
  }
  return new IpAddress(high, low, false, percent < 0 ? "" : text.substring(percent + 1));
}
