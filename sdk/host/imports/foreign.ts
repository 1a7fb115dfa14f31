import { Status } from "../abi.js";
import { foreignFunction } from "./foreign/index.js";
import { host, type HostTable } from "./table.js";

export const foreign: HostTable = {
  proxy_call_foreign_function: host(
    "iiiiii>i",
    (vm, name: number, nameSize: number, address: number, size: number, at: number, sizeAt: number) => {
      const text = vm.memory.text(name, nameSize);
      const argument = vm.memory.bytes(address, size);
      if (text === undefined || argument === undefined) return Status.InvalidMemoryAccess;
      const run = foreignFunction(vm.module.host, text);
      // Unknown: the plugin's slots stay as they are.
      if (!run) return Status.NotFound;
      const result = run(vm, argument);
      const bytes = typeof result === "number" ? Buffer.alloc(0) : result;
      // A plugin that wants no result gives no place for it. The slots are written also when the function fails.
      if (at === 0 && sizeAt === 0) return typeof result === "number" ? result : Status.Ok;
      const given = vm.memory.copyToGuest(bytes, at, sizeAt);
      return typeof result === "number" && given === Status.Ok ? result : given;
    },
  ),
};
