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
      // The host writes nothing for an unknown function.
      if (!run) return Status.NotFound;
      const result = run(vm, argument);
      const bytes = typeof result === "number" ? Buffer.alloc(0) : result;
      // A plugin that wants no result passes 0 for both addresses. Otherwise they are written even if the function fails.
      if (at === 0 && sizeAt === 0) return typeof result === "number" ? result : Status.Ok;
      const copied = vm.memory.copyToGuest(bytes, at, sizeAt);
      return typeof result === "number" && copied === Status.Ok ? result : copied;
    },
  ),
};
