import { integerText } from "../abi/decimal";
import { quoted } from "../text/quoted";
import { Cidr } from "./cidr";
import { IpAddress } from "./ip-address";

/** A range takes four numbers: high and low half of the first address, then of the last. */
const SIZE: i32 = 4;
/** The last address before the IPv4-mapped addresses `::ffff:0:0/96`, and the first after them. */
const BEFORE_IPV4: u64 = 0xfffe_ffff_ffff;
const AFTER_IPV4: u64 = 0x1_0000_0000_0000;

/**
 * A set of addresses and networks, for lists of allowed or denied clients. A look-up is a binary search: 17 comparisons
 * at most for 100,000 networks. Each network takes 32 bytes; an IPv6 network that includes `::ffff:0:0/96`, such as
 * `::/0`, takes 64.
 *
 * An IPv4-mapped IPv6 address is an IPv4 address here: `10.0.0.1` in the list matches `::ffff:10.0.0.1`, `0.0.0.0/0`
 * matches no IPv6 address, and `::/0` matches no IPv4 address.
 *
 * @example
 * ```ts
 * class Access {
 *   allowed: IpSet = new IpSet();
 * }
 *
 * function parseAccess(json: Json, config: Access, log: Log): Error | null {
 *   const list = json.get("allow").array();
 *   const networks: string[] = [];
 *   for (let i = 0; i < list.length; i++) networks.push(list[i].string());
 *   config.allowed = IpSet.parse(networks, "allow");
 *   return config.allowed.error;
 * }
 *
 * function checkClient(ctx: HttpContext, config: Access, log: Log): Action {
 *   const client = SocketAddress.parse(getProperty(["source", "address"]).string());
 *   if (client === null || !config.allowed.has(client.ip)) ctx.sendResponse(403, [], "this address is not allowed");
 *   return Action.Continue;
 * }
 * ```
 */
export class IpSet {
  /** The first entry that `parse` could not read, as an error, or null. */
  error: Error | null = null;
  /** Ranges without overlap, in ascending order. */
  private ranges: StaticArray<u64> = new StaticArray<u64>(0);
  private count: i32 = 0;

  /**
   * Makes a set of addresses (`10.0.0.7`, `::1`) and networks (`10.0.0.0/8`). Takes time proportional to n log n for n
   * entries.
   *
   * @param list the entries, without spaces and without zones
   * @param field the name of the list, for the error
   * @returns the set. If an entry is malformed, the set is empty, and `error` says which: `allow[1]: expected an IP
   * address or a network such as 10.0.0.0/8, got "10.0.0.0/33"`. A plugin must not go on with the empty set: as a list of
   * denied clients it would deny nobody.
   */
  static parse(list: string[], field: string = "networks"): IpSet {
    const set = new IpSet();
    const networks: Cidr[] = [];
    for (let i = 0; i < list.length; i++) {
      const network = networkOf(list[i]);
      if (network === null) {
        const place = field + "[" + integerText(i) + "]";
        const expected = ": expected an IP address or a network such as 10.0.0.0/8, got ";
        set.error = new Error(place + expected + quoted(list[i]));
        return set;
      }
      networks.push(network);
    }
    // A network that includes the IPv4-mapped addresses becomes two ranges.
    set.ranges = new StaticArray<u64>(networks.length * 2 * SIZE);
    for (let i = 0; i < networks.length; i++) set.add(networks[i]);
    set.sort();
    set.merge();
    return set;
  }

  /**
   * Whether an address is in the set. The zone of the address does not count: a client could avoid a list of denied
   * networks with it.
   */
  has(ip: IpAddress): bool {
    let from = 0;
    let to = this.count;
    // Finds the first range that begins after the address. Only the range before can contain the address.
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (isLess(ip.high, ip.low, this.at(middle, 0), this.at(middle, 1))) to = middle;
      else from = middle + 1;
    }
    return from > 0 && !isLess(this.at(from - 1, 2), this.at(from - 1, 3), ip.high, ip.low);
  }

  private add(network: Cidr): void {
    const highMask = network.highMask();
    const lowMask = network.lowMask();
    const high = network.address.high & highMask;
    const low = network.address.low & lowMask;
    const lastHigh = high | ~highMask;
    const lastLow = low | ~lowMask;
    if (network.bits128() >= 96 || high != 0 || low > BEFORE_IPV4 || lastLow <= BEFORE_IPV4) {
      this.push(high, low, lastHigh, lastLow);
      return;
    }
    this.push(high, low, 0, BEFORE_IPV4);
    if (lastLow >= AFTER_IPV4) this.push(0, AFTER_IPV4, lastHigh, lastLow);
  }

  private push(firstHigh: u64, firstLow: u64, lastHigh: u64, lastLow: u64): void {
    const index = this.count++;
    this.put(index, 0, firstHigh);
    this.put(index, 1, firstLow);
    this.put(index, 2, lastHigh);
    this.put(index, 3, lastLow);
  }

  /** Sorts the ranges by their first address. Heapsort needs no other memory, and no input makes it quadratic. */
  private sort(): void {
    for (let i = this.count / 2 - 1; i >= 0; i--) this.sink(i, this.count);
    for (let end = this.count - 1; end > 0; end--) {
      this.swap(0, end);
      this.sink(0, end);
    }
  }

  private sink(from: i32, end: i32): void {
    let parent = from;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= end) return;
      if (child + 1 < end && this.isBefore(child, child + 1)) child++;
      if (!this.isBefore(parent, child)) return;
      this.swap(parent, child);
      parent = child;
    }
  }

  /** Joins sorted ranges that overlap, and copies the ranges that remain, so that the set keeps no more memory. */
  private merge(): void {
    let kept = -1;
    for (let i = 0; i < this.count; i++) {
      if (kept < 0 || isLess(this.at(kept, 2), this.at(kept, 3), this.at(i, 0), this.at(i, 1))) {
        kept++;
        for (let part = 0; part < SIZE; part++) this.put(kept, part, this.at(i, part));
      } else if (isLess(this.at(kept, 2), this.at(kept, 3), this.at(i, 2), this.at(i, 3))) {
        this.put(kept, 2, this.at(i, 2));
        this.put(kept, 3, this.at(i, 3));
      }
    }
    this.count = kept + 1;
    const exact = new StaticArray<u64>(this.count * SIZE);
    memory.copy(changetype<usize>(exact), changetype<usize>(this.ranges), (<usize>(this.count * SIZE)) << 3);
    this.ranges = exact;
  }

  private isBefore(a: i32, b: i32): bool {
    return isLess(this.at(a, 0), this.at(a, 1), this.at(b, 0), this.at(b, 1));
  }

  private swap(a: i32, b: i32): void {
    for (let part = 0; part < SIZE; part++) {
      const value = this.at(a, part);
      this.put(a, part, this.at(b, part));
      this.put(b, part, value);
    }
  }

  private at(index: i32, part: i32): u64 {
    return unchecked(this.ranges[index * SIZE + part]);
  }

  private put(index: i32, part: i32, value: u64): void {
    unchecked((this.ranges[index * SIZE + part] = value));
  }
}

/** Whether one address is less than another. */
function isLess(aHigh: u64, aLow: u64, bHigh: u64, bLow: u64): bool {
  return aHigh < bHigh || (aHigh == bHigh && aLow < bLow);
}

/** An entry as a network. An address becomes the network of one address. */
function networkOf(entry: string): Cidr | null {
  if (entry.includes("/")) return Cidr.parse(entry);
  const ip = IpAddress.parse(entry);
  if (ip === null || ip.zone.length > 0) return null;
  return new Cidr(ip, ip.isIPv4 ? 32 : 128);
}
