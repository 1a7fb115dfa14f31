import { deflateSync, inflateSync } from "node:zlib";
import { Status } from "../abi.js";
import { NotSupportedError } from "../errors.js";
import type { Vm } from "../vm.js";
import { host, type HostTable } from "./table.js";

type Foreign = (vm: Vm, argument: Buffer) => Buffer | Status;

/** What Envoy has under these names and this host has not yet. */
const MISSING = new Set([
  ...["set_envoy_filter_state", "declare_property", "expr_create", "expr_evaluate", "expr_delete"],
  ...["verify_signature", "sign"],
]);

const FUNCTIONS: Readonly<Record<string, Foreign>> = {
  compress: (_vm, argument) => deflateSync(argument),
  uncompress: (_vm, argument) => {
    try {
      return inflateSync(argument);
    } catch {
      return Status.SerializationFailure;
    }
  },
  clear_route_cache: (vm) => {
    vm.context.clearRouteCache();
    return Buffer.alloc(0);
  },
};

export const foreign: HostTable = {
  proxy_call_foreign_function: host(
    "iiiiii>i",
    (vm, name: number, nameSize: number, address: number, size: number, at: number, sizeAt: number) => {
      const text = vm.memory.text(name, nameSize);
      const argument = vm.memory.bytes(address, size);
      if (text === undefined || argument === undefined) return Status.InvalidMemoryAccess;
      if (MISSING.has(text)) throw new NotSupportedError(`the foreign function ${text}`);
      // Unknown: the plugin's slots stay as they are.
      if (!Object.hasOwn(FUNCTIONS, text)) return Status.NotFound;
      const result = FUNCTIONS[text]!(vm, argument);
      if (typeof result === "number") return result;
      // A plugin that wants no result gives no place for it.
      if (at === 0 && sizeAt === 0) return Status.Ok;
      return vm.memory.give(result, at, sizeAt);
    },
  ),
};
