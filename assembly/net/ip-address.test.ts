import { beforeAll, describe, expect, it } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { Cidr } from "./assembly/net/cidr";
    import { IpAddress } from "./assembly/net/ip-address";
    import { SocketAddress } from "./assembly/net/socket-address";
    import { elementFromRight } from "./assembly/net/list-header";
    export function ip(text: string): string { const ip = IpAddress.parse(text); return ip === null ? "null" : ip.toString(); }
    export function unmap(text: string): string { return IpAddress.parse(text)!.unmap().toString(); }
    export function equals(a: string, b: string): bool { return IpAddress.parse(a)!.equals(IpAddress.parse(b)!); }
    export function kinds(text: string): i32 {
      const ip = IpAddress.parse(text)!;
      return i32(ip.isLoopback()) + 2 * i32(ip.isPrivate()) + 4 * i32(ip.isLinkLocal());
    }
    export function cidr(text: string): string { const cidr = Cidr.parse(text); return cidr === null ? "null" : cidr.toString(); }
    export function contains(network: string, text: string): bool {
      return Cidr.parse(network)!.contains(IpAddress.parse(text)!);
    }
    export function socket(text: string, port: i32): string {
      const address = SocketAddress.parse(text, port);
      return address === null ? "null" : address.toString();
    }
    export function element(first: string, second: string, index: i32): string {
      const found = elementFromRight([first, second], index);
      return found === null ? "null" : found;
    }
  `);
});

describe("IpAddress", () => {
  it.each([
    ["10.0.0.1", "10.0.0.1"],
    ["255.255.255.255", "255.255.255.255"],
    ["2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["0:0:0:1:0:0:0:0", "0:0:0:1::"],
    ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
    ["::", "::"],
    ["::1.2.3.4", "::102:304"],
    ["::ffff:a00:1", "::ffff:10.0.0.1"],
    ["fe80::1%eth0", "fe80::1%eth0"],
  ])("reads %s as %s", (text, expected) => expect(wasm.string("ip", text)).toBe(expected));

  it.each(
    "|1|1.2.3|1.2.3.4.5|1.2.3.|.1.2.3|1..2.3|256.1.1.1|01.2.3.4|1.2.3.4%eth0|0x1.2.3.4|127.1|2130706433| 1.2.3.4|1.2.3.4 |１.2.3.4|:|:::|1::2::3|1:2:3:4:5:6:7|1:2:3:4:5:6:7:8:9|1:2:3:4:5:6:7::8|12345::|g::|::1%|[::1]|::1.2.3|::1.2.3.4:5|1:2:3:4:5:6:7:1.2.3.4|%eth0|1.2.3.4:80".split(
      "|",
    ),
  )("rejects %j", (text) => expect(wasm.string("ip", text)).toBe("null"));

  it("treats an IPv4-mapped address as the IPv4 address", () => {
    expect(wasm.string("unmap", "::ffff:10.0.0.1")).toBe("10.0.0.1");
    expect(wasm.string("unmap", "::1")).toBe("::1");
    expect(wasm.number("equals", "10.0.0.1", "::ffff:10.0.0.1")).toBe(1);
    expect(wasm.number("equals", "10.0.0.1", "::10.0.0.1")).toBe(0);
    expect(wasm.number("equals", "fe80::1%a", "fe80::1%b")).toBe(0);
  });

  it.each([
    ["127.255.0.1", 1],
    ["::1", 1],
    ["::ffff:127.0.0.1", 1],
    ["10.1.1.1", 2],
    ["172.31.0.1", 2],
    ["172.32.0.1", 0],
    ["192.168.0.1", 2],
    ["fd00::1", 2],
    ["::ffff:10.1.1.1", 2],
    ["169.254.169.254", 4],
    ["febf::1", 4],
    ["fec0::1", 0],
    ["8.8.8.8", 0],
    ["2001:db8::1", 0],
  ])("knows the kind of %s", (text, kind) => expect(wasm.number("kinds", text)).toBe(kind));
});

describe("Cidr", () => {
  it("reads networks strictly", () => {
    for (const text of ["10.0.0.0/8", "10.1.2.3/8", "0.0.0.0/0", "1.2.3.4/32", "::/0", "2001:db8::/32", "::1/128"]) {
      expect(wasm.string("cidr", text)).toBe(text);
    }
    const malformed =
      "|/|/8|/99|10.0.0.0|10.0.0.0/|10.0.0.0/33|10.0.0.0/08|10.0.0.0/+8|10.0.0.0/-1|10.0.0.0/8 |10.0.0/8|10.0.0.0/8/8";
    for (const text of `${malformed}|10.0.0.0/4294967304|::/129|fe80::1%eth0/64|[::]/0|10.0.0.0/a`.split("|")) {
      expect(wasm.string("cidr", text), text).toBe("null");
    }
  });

  it.each([
    ["10.0.0.0/8", "10.255.255.255", true],
    ["10.0.0.0/8", "11.0.0.0", false],
    ["10.0.0.0/8", "::ffff:10.0.0.1", true],
    ["::ffff:10.0.0.0/104", "10.0.0.1", true],
    ["0.0.0.0/0", "::ffff:1.2.3.4", true],
    ["0.0.0.0/0", "::1", false],
    ["0.0.0.0/0", "2001:db8::1", false],
    ["::/0", "2001:db8::1", true],
    ["::/0", "1.2.3.4", false],
    ["::/0", "::ffff:1.2.3.4", false],
    ["fe80::/10", "fe80::1%eth0", true],
    ["2001:db8::/127", "2001:db8::1", true],
    ["2001:db8::/127", "2001:db8::2", false],
  ])("%s contains %s: %j", (network, ip, expected) => {
    expect(wasm.number("contains", network, ip)).toBe(Number(expected));
  });
});

describe("SocketAddress", () => {
  it("reads an address with its port", () => {
    expect(wasm.string("socket", "1.2.3.4:5678", -1)).toBe("1.2.3.4:5678");
    expect(wasm.string("socket", "[0:0::1]:080", -1)).toBe("[::1]:80");
    const malformed =
      "|1.2.3.4|1.2.3.4:|1.2.3.4:65536|1.2.3.4:-1|::1:80|[::1]|[1.2.3.4]:80|[::1:80|::1]:80|:80|/run/x.sock|@/x:1|]:80|[:80";
    for (const text of malformed.split("|")) expect(wasm.string("socket", text, -1), text).toBe("null");
  });

  it("reads an address without a port if a default is given", () => {
    expect(wasm.string("socket", "1.2.3.4", 0)).toBe("1.2.3.4:0");
    expect(wasm.string("socket", "1.2.3.4:5", 0)).toBe("1.2.3.4:5");
    expect(wasm.string("socket", "::1", 80)).toBe("[::1]:80");
    expect(wasm.string("socket", "[::1]", 80)).toBe("[::1]:80");
    expect(wasm.string("socket", "[::1]:5", 80)).toBe("[::1]:5");
    for (const text of ["", "[1.2.3.4]", "[", "]", "[]", "unknown", "_hidden", "1.2.3.4:x"]) {
      expect(wasm.string("socket", text, 80), text).toBe("null");
    }
  });
});

describe("elementFromRight", () => {
  it("counts the elements of all headers from the right", () => {
    const elements = (first: string, second: string) =>
      [-1, 0, 1, 2, 3, 4].map((index) => wasm.string("element", first, second, index));
    expect(elements("a , b", " c,\td ")).toEqual(["null", "d", "c", "b", "a", "null"]);
    expect(elements("a,", "b")).toEqual(["null", "b", "", "a", "null", "null"]);
    expect(elements("", "")).toEqual(["null", "", "", "null", "null", "null"]);
  });
});
