import { Status } from "../abi.js";
import { host, type HostTable } from "./table.js";

/** Shared data. */
export const shared: HostTable = {
  proxy_get_shared_data: host(
    "iiiii>i",
    (vm, key: number, keySize: number, at: number, sizeAt: number, casAt: number) => {
      const name = vm.memory.text(key, keySize);
      if (name === undefined) return Status.InvalidMemoryAccess;
      const value = vm.services.sharedData.get(vm.id, name);
      if (!value) return Status.NotFound;
      const copied = vm.memory.copyToGuest(value.bytes, at, sizeAt);
      if (copied !== Status.Ok) return copied;
      return vm.memory.writeU32(casAt, value.cas) ? Status.Ok : Status.InvalidMemoryAccess;
    },
  ),
  proxy_set_shared_data: host(
    "iiiii>i",
    (vm, key: number, keySize: number, value: number, valueSize: number, cas: number) => {
      const name = vm.memory.text(key, keySize);
      const bytes = vm.memory.bytes(value, valueSize);
      if (name === undefined || bytes === undefined) return Status.InvalidMemoryAccess;
      return vm.services.sharedData.set(vm.id, name, bytes, cas);
    },
  ),
};
