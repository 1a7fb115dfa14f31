import { Status } from "../abi.js";
import { readProperty } from "../properties/properties.js";
import { host, type HostTable } from "./table.js";

export const properties: HostTable = {
  proxy_get_property: host("iiii>i", (vm, path: number, pathSize: number, at: number, sizeAt: number) => {
    const text = vm.memory.text(path, pathSize);
    if (text === undefined) return Status.InvalidMemoryAccess;
    const value = readProperty(vm.context, text);
    return typeof value === "number" ? value : vm.memory.copyToGuest(value, at, sizeAt);
  }),
  proxy_set_property: host("iiii>i", (vm, path: number, pathSize: number, value: number, valueSize: number) => {
    const text = vm.memory.text(path, pathSize);
    const bytes = vm.memory.bytes(value, valueSize);
    if (text === undefined || bytes === undefined) return Status.InvalidMemoryAccess;
    return vm.context.setProperty(text, bytes);
  }),
};
