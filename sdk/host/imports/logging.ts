import { LogLevel, Status } from "../abi.js";
import { host } from "./table.js";

/** Log, time, and other functions that need no context. */
export const logging = {
  always: {
    proxy_log: host("iii>i", (vm, level: number, address: number, size: number) => {
      if (level > LogLevel.Critical) return Status.BadArgument;
      const message = vm.memory.bytes(address, size);
      if (message === undefined) return Status.InvalidMemoryAccess;
      vm.log(level, message.toString("utf8"));
      return Status.Ok;
    }),
    proxy_get_current_time_nanoseconds: host("i>i", (vm, at: number) => {
      return vm.memory.writeU64(at, vm.services.clock.wall()) ? Status.Ok : Status.InvalidMemoryAccess;
    }),
    pthread_equal: host("ii>i", (_vm, a: number, b: number) => (a === b ? 1 : 0)),
    emscripten_notify_memory_growth: host("i>", () => {}),
  },
  since021: {
    proxy_get_log_level: host("i>i", (vm, at: number) => {
      return vm.memory.writeU32(at, vm.services.logLevel) ? Status.Ok : Status.InvalidMemoryAccess;
    }),
  },
};
