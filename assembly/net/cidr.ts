import { integerText } from "../abi/decimal";
import { IpAddress } from "./ip-address";

/**
 * A network in CIDR notation: `10.0.0.0/8`, `2001:db8::/32`. `IpSet` looks up an address in many networks.
 *
 * @example
 * ```ts
 * const network = Cidr.parse("10.0.0.0/8");
 * const ip = IpAddress.parse("::ffff:10.1.2.3");
 * if (network !== null && ip !== null && network.contains(ip)) log.info("an internal client");
 * ```
 */
export class Cidr {
  constructor(
    /** The address before the slash; its bits after the prefix may be set, as in `10.1.2.3/8`. */
    readonly address: IpAddress,
    /** The length of the prefix: 0 to 32 for IPv4, 0 to 128 for IPv6. */
    readonly bits: i32,
  ) {}

  /**
   * Reads a network as Go's `netip.ParsePrefix`: an address without a zone, a slash, and the length of the prefix without
   * a sign and without leading zeros.
   *
   * @returns the network, or null if the text is none: `10.0.0.0`, `10.0.0.0/33`, `10.0.0.0/08`, `/8`, `fe80::1%eth0/64`
   */
  static parse(text: string): Cidr | null {
    const slash = text.lastIndexOf("/");
    if (slash < 0) return null;
    const address = IpAddress.parse(text.substring(0, slash));
    const bits = parseBits(text, slash + 1);
    if (address === null || address.zone.length > 0 || bits < 0 || bits > (address.isIPv4 ? 32 : 128)) return null;
    return new Cidr(address, bits);
  }

  /**
   * Whether an address is in the network. An IPv4-mapped IPv6 address is an IPv4 address here, so `10.0.0.0/8` contains
   * `::ffff:10.0.0.1`, and no IPv6 network contains an IPv4 address, not even `::/0`. The zone of the address does not
   * count: a client could avoid a list of denied networks with it.
   */
  contains(ip: IpAddress): bool {
    if (this.bits128() < 96 && ip.hasIPv4Bits()) return false;
    return (
      ((ip.high ^ this.address.high) & this.highMask()) == 0 && ((ip.low ^ this.address.low) & this.lowMask()) == 0
    );
  }

  /** Returns the network as text, as Go's `Prefix.String`. */
  toString(): string {
    return this.address.toString() + "/" + integerText(this.bits);
  }

  /** @internal The length of the prefix, if IPv4 networks are a part of `::ffff:0:0/96`. */
  bits128(): i32 {
    return this.address.isIPv4 ? this.bits + 96 : this.bits;
  }

  /** @internal The bits of the prefix in the first half of an address. */
  highMask(): u64 {
    return ones(min(this.bits128(), 64));
  }

  /** @internal The bits of the prefix in the second half of an address. */
  lowMask(): u64 {
    return ones(max(this.bits128() - 64, 0));
  }
}

/** A number whose first bits, 0 to 64 of them, are set. */
function ones(count: i32): u64 {
  return count == 0 ? 0 : u64.MAX_VALUE << (64 - count);
}

/** Reads the length of a prefix. -1 if it is malformed or has more than three digits. */
function parseBits(text: string, from: i32): i32 {
  const count = text.length - from;
  if (count < 1 || count > 3 || (count > 1 && text.charCodeAt(from) == 0x30)) return -1;
  let bits = 0;
  for (let i = from; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    bits = bits * 10 + digit;
  }
  return bits;
}
