import { Status } from "../abi.js";
import { host, type HostTable } from "./table.js";

export const metrics: HostTable = {
  proxy_define_metric: host("iiii>i", (vm, kind: number, name: number, nameSize: number, idAt: number) => {
    const text = vm.memory.text(name, nameSize);
    if (text === undefined) return Status.InvalidMemoryAccess;
    const id = vm.metrics.define(kind, text);
    if (id === undefined) return Status.BadArgument;
    return vm.memory.writeU32(idAt, id) ? Status.Ok : Status.InvalidMemoryAccess;
  }),
  proxy_increment_metric: host("iI>i", (vm, id: number, offset: bigint) => vm.metrics.increment(id, offset)),
  proxy_record_metric: host("iI>i", (vm, id: number, value: bigint) =>
    vm.metrics.record(id, BigInt.asUintN(64, value)),
  ),
  proxy_get_metric: host("ii>i", (vm, id: number, at: number) => {
    const value = vm.metrics.get(id);
    if (typeof value === "number") return value;
    return vm.memory.writeU64(at, value) ? Status.Ok : Status.InvalidMemoryAccess;
  }),
};
