import { beforeAll, describe, expect, it } from "vitest";
import { compileCounting, type Instance } from "../../tests/support/assembly.js";
import { Random } from "../../tests/support/random.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileCounting(`
    import { Cidr } from "./assembly/net/cidr";
    import { IpAddress } from "./assembly/net/ip-address";
    import { IpSet } from "./assembly/net/ip-set";
    let set = new IpSet();
    export function parse(list: string): string {
      set = IpSet.parse(list.split(" "), "allow");
      return set.error === null ? "" : set.error!.message;
    }
    export function has(ip: string): bool { return set.has(IpAddress.parse(ip)!); }
    export function hasNothing(): bool { return new IpSet().has(IpAddress.parse("::1")!) || IpSet.parse([]).has(IpAddress.parse("::1")!); }
    /** Whether a network of the list contains an address. */
    export function isInOne(list: string, ip: string): bool {
      const networks = list.split(" ");
      for (let i = 0; i < networks.length; i++) {
        if (Cidr.parse(networks[i])!.contains(IpAddress.parse(ip)!)) return true;
      }
      return false;
    }
    /** Looks up an address many times. */
    export function lookUp(ip: string, times: i32): i32 {
      const address = IpAddress.parse(ip)!;
      let found = 0;
      for (let i = 0; i < times; i++) found += i32(set.has(address));
      return found;
    }
  `);
});

/** The addresses of a list that the set has. */
function those(ips: string): string {
  return ips
    .split(" ")
    .filter((ip) => wasm.number("has", ip) === 1)
    .join(" ");
}

describe("IpSet", () => {
  it("has addresses and networks", () => {
    expect(wasm.string("parse", "192.168.1.7 10.0.0.0/8 2001:db8::/32 ::1 10.1.0.0/16 10.0.0.0/9")).toBe("");
    expect(those("10.0.0.0 10.255.255.255 9.255.255.255 11.0.0.0 192.168.1.7 192.168.1.6 192.168.1.8")).toBe(
      "10.0.0.0 10.255.255.255 192.168.1.7",
    );
    expect(those("2001:db8:ffff::1 2001:db9:: ::1 :: ::2 0.0.0.0 255.255.255.255")).toBe("2001:db8:ffff::1 ::1");
  });

  it("treats an IPv4-mapped address as the IPv4 address", () => {
    wasm.string("parse", "10.0.0.1 ::ffff:192.168.0.0/112");
    expect(those("::ffff:10.0.0.1 ::10.0.0.1 192.168.7.7 ::ffff:192.168.7.7")).toBe(
      "::ffff:10.0.0.1 192.168.7.7 ::ffff:192.168.7.7",
    );
    wasm.string("parse", "0.0.0.0/0");
    expect(those("0.0.0.0 255.255.255.255 ::ffff:1.2.3.4 :: ::1 2001:db8::1 ::fffe:ffff:ffff ::1:0:0:0")).toBe(
      "0.0.0.0 255.255.255.255 ::ffff:1.2.3.4",
    );
    for (const network of ["::/0", "::/64", "::/79"]) {
      wasm.string("parse", network);
      expect(those("0.0.0.0 255.255.255.255 ::ffff:1.2.3.4 :: ::fffe:ffff:ffff ::1:0:0:0"), network).toBe(
        ":: ::fffe:ffff:ffff ::1:0:0:0",
      );
    }
    wasm.string("parse", "::fff0:0:0/92");
    expect(those("0.0.0.0 255.255.255.255 ::fffe:ffff:ffff ::1:0:0:0")).toBe("::fffe:ffff:ffff");
  });

  it("does not count the zone of an address", () => {
    wasm.string("parse", "fe80::/10");
    expect(those("fe80::1%eth0")).toBe("fe80::1%eth0");
  });

  it("names the entry that is malformed, and is empty then", () => {
    for (const entry of ["10.0.0.0/33", "/", "/99", "10.0.0", "fe80::1%eth0", "fe80::1%eth0/64", "10.0.0.0/8,"]) {
      const expected = `allow[1]: expected an IP address or a network such as 10.0.0.0/8, got "${entry}"`;
      expect(wasm.string("parse", `0.0.0.0/0 ${entry} ::/0`)).toBe(expected);
      expect(those("1.2.3.4 ::1")).toBe("");
    }
    expect(wasm.string("parse", "")).toContain(
      'allow[0]: expected an IP address or a network such as 10.0.0.0/8, got ""',
    );
    expect(wasm.number("hasNothing")).toBe(0);
  });

  it("finds an address if one of 500 networks contains the address", () => {
    const random = new Random();
    console.log(`seed ${String(random.seed)}`);
    const ip = () =>
      random.below(2)
        ? [10, random.below(8), random.below(256), random.below(256)].join(".")
        : `2001:db8:${random.below(4).toString(16)}:${random.below(65536).toString(16)}::${random.below(4).toString(16)}`;
    const network = () => {
      const address = ip();
      return `${address}/${String(address.includes(":") ? 52 + random.below(77) : 20 + random.below(13))}`;
    };
    const list = Array.from({ length: 500 }, network).join(" ");
    expect(wasm.string("parse", list)).toBe("");
    let found = 0;
    for (let i = 0; i < 300; i++) {
      const address = ip();
      const expected = wasm.number("isInOne", list, address);
      expect(wasm.number("has", address), address).toBe(expected);
      found += expected;
      wasm.collect();
    }
    expect(found).toBeGreaterThan(30);
    expect(found).toBeLessThan(270);
  });

  it("looks up an address in 100,000 networks in 17 steps instead of one", () => {
    const work = (networks: number) => {
      const list = Array.from(
        { length: networks },
        (_, i) => `${String(1 + (i >> 16))}.${String((i >> 8) & 255)}.${String(i & 255)}.0/25`,
      );
      expect(wasm.string("parse", list.reverse().join(" "))).toBe("");
      wasm.collect();
      expect(wasm.number("has", "1.0.0.127")).toBe(1);
      return wasm.work(() => expect(wasm.number("lookUp", "1.0.0.128", 1000)).toBe(0)) / 1000;
    };
    expect(work(100_000)).toBeLessThan(17 * work(1));
  });
});
