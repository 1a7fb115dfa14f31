import { MapType, Status } from "../abi.js";
import { decodePairs, encodePairs } from "../message/pairs.js";
import type { HostVm } from "../host-context.js";
import { host, type HostTable } from "./table.js";

const LAST = MapType.CallResponseTrailers;

/** Writes one header, if the arguments are valid. */
function write(
  vm: HostVm,
  type: number,
  key: string | undefined,
  value: string | undefined,
  how: "add" | "set",
): Status {
  if (type > LAST) return Status.BadArgument;
  if (key === undefined || value === undefined) return Status.InvalidMemoryAccess;
  const map = vm.context.writableMap(type);
  if (!map) return Status.BadArgument;
  map[how](key, value);
  vm.context.onHeadersModified(type);
  return Status.Ok;
}

export const headers: HostTable = {
  proxy_get_header_map_value: host(
    "iiiii>i",
    (vm, type: number, key: number, keySize: number, valueAt: number, sizeAt: number) => {
      if (type > LAST) return Status.BadArgument;
      const name = vm.memory.text(key, keySize);
      if (name === undefined) return Status.InvalidMemoryAccess;
      const map = vm.context.readableMap(type);
      const value = map?.get(name);
      if (value !== undefined) return vm.memory.copyToGuest(value, valueAt, sizeAt);
      if (!map && !vm.context.isLogging) return Status.BadArgument;
      return vm.module.abi === "0.1.0" ? vm.memory.copyToGuest("", valueAt, sizeAt) : Status.NotFound;
    },
  ),
  proxy_add_header_map_value: host(
    "iiiii>i",
    (vm, type: number, key: number, keySize: number, value: number, valueSize: number) =>
      write(vm, type, vm.memory.text(key, keySize), vm.memory.text(value, valueSize), "add"),
  ),
  proxy_replace_header_map_value: host(
    "iiiii>i",
    (vm, type: number, key: number, keySize: number, value: number, valueSize: number) =>
      write(vm, type, vm.memory.text(key, keySize), vm.memory.text(value, valueSize), "set"),
  ),
  proxy_remove_header_map_value: host("iii>i", (vm, type: number, key: number, keySize: number) => {
    if (type > LAST) return Status.BadArgument;
    const name = vm.memory.text(key, keySize);
    if (name === undefined) return Status.InvalidMemoryAccess;
    const map = vm.context.writableMap(type);
    if (!map) return Status.BadArgument;
    map.remove(name);
    vm.context.onHeadersModified(type);
    return Status.Ok;
  }),
  proxy_get_header_map_pairs: host("iii>i", (vm, type: number, at: number, sizeAt: number) => {
    if (type > LAST) return Status.BadArgument;
    return vm.memory.copyToGuest(encodePairs(vm.context.readableMap(type)?.entries() ?? []), at, sizeAt);
  }),
  proxy_set_header_map_pairs: host("iii>i", (vm, type: number, address: number, size: number) => {
    if (type > LAST) return Status.BadArgument;
    const bytes = vm.memory.bytes(address, size);
    if (bytes === undefined) return Status.InvalidMemoryAccess;
    const map = vm.context.writableMap(type);
    if (!map) return Status.BadArgument;
    map.replaceAll(decodePairs(bytes));
    vm.context.onHeadersModified(type);
    return Status.Ok;
  }),
  proxy_get_header_map_size: host("ii>i", (vm, type: number, at: number) => {
    if (type > LAST) return Status.BadArgument;
    const map = vm.context.writableMap(type);
    if (!map) return Status.BadArgument;
    return vm.memory.writeU32(at, map.byteSize) ? Status.Ok : Status.InvalidMemoryAccess;
  }),
};
