import { Status } from "../abi.js";
import { readableText } from "../byte-string.js";
import { host, type HostTable } from "./table.js";

/** Shared queues. */
export const queues: HostTable = {
  proxy_register_shared_queue: host("iii>i", (vm, name: number, nameSize: number, tokenAt: number) => {
    const text = vm.memory.text(name, nameSize);
    if (text === undefined) return Status.InvalidMemoryAccess;
    const { root } = vm.context;
    if (!root) return Status.InternalFailure;
    const token = vm.services.sharedData.queues.register(vm.id, text, root);
    return vm.memory.writeU32(tokenAt, token) ? Status.Ok : Status.InvalidMemoryAccess;
  }),
  proxy_resolve_shared_queue: host(
    "iiiii>i",
    (vm, vmId: number, vmIdSize: number, name: number, nameSize: number, tokenAt: number) => {
      const space = vm.memory.text(vmId, vmIdSize);
      const text = vm.memory.text(name, nameSize);
      if (space === undefined || text === undefined) return Status.InvalidMemoryAccess;
      // An empty VM id stands for the plugin's own.
      const token = vm.services.sharedData.queues.resolve(space === "" ? vm.id : readableText(space), text);
      if (token === undefined) return Status.NotFound;
      return vm.memory.writeU32(tokenAt, token) ? Status.Ok : Status.InvalidMemoryAccess;
    },
  ),
  proxy_enqueue_shared_queue: host("iii>i", (vm, token: number, address: number, size: number) => {
    const bytes = vm.memory.bytes(address, size);
    if (bytes === undefined) return Status.InvalidMemoryAccess;
    return vm.services.sharedData.queues.enqueue(token, bytes);
  }),
  proxy_dequeue_shared_queue: host("iii>i", (vm, token: number, at: number, sizeAt: number) => {
    const bytes = vm.services.sharedData.queues.dequeue(token);
    return typeof bytes === "number" ? bytes : vm.memory.copyToGuest(bytes, at, sizeAt);
  }),
};
