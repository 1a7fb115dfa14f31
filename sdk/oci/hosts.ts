import { BlockList, isIP } from "node:net";

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/** Addresses that are not of the Internet: private, of the link, of carriers, unspecified. */
const PRIVATE = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const)
  // prettier-ignore
  PRIVATE.addSubnet(net, bits, "ipv4");
PRIVATE.addAddress("::", "ipv6");
PRIVATE.addSubnet("fc00::", 7, "ipv6");
PRIVATE.addSubnet("fe80::", 10, "ipv6");

/** Whether a host is this machine, by its name or its address. */
export function isLoopback(host: string): boolean {
  return /^localhost$|\.localhost$/i.test(bare(host)) || isIn(LOOPBACK, host);
}

/** Whether a host is written as an address of this machine or of a private network. */
export function isPrivate(host: string): boolean {
  return isLoopback(host) || isIn(PRIVATE, host);
}

function isIn(list: BlockList, host: string): boolean {
  const address = bare(host);
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 4 ? "ipv4" : "ipv6");
}

/** The name or the address without brackets. */
function bare(host: string): string {
  return host.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}
