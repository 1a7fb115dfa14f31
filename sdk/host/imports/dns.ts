import { Status } from "../abi.js";
import { host, type HostTable } from "./table.js";

export const dns: HostTable = {
  envoy_resolve_dns: host("iii>i", (vm, address: number, size: number, tokenAt: number) => {
    const name = vm.memory.text(address, size);
    if (name === undefined || !vm.memory.writable(tokenAt, 4)) return Status.InvalidMemoryAccess;
    const { root } = vm.context;
    if (!root) return Status.InternalFailure;
    vm.memory.writeU32(tokenAt, root.dnsLookups.begin(name));
    return Status.Ok;
  }),
};
