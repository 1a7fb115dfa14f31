import { BufferType, Status } from "../abi.js";
import type { BufferView, ByteBuffer } from "../message/byte-buffer.js";
import type { HostVm } from "../host-context.js";
import { host, type HostTable } from "./table.js";

/** The last type of buffer that the host has. */
const last = ({ module }: HostVm) => (module.host === "higress" ? BufferType.RedisCallResponse : BufferType.CallData);

function sizeOf(view: BufferView): number {
  if (view === "empty") return 0;
  return "fixed" in view ? view.fixed.length : view.bytes.length;
}

function bytesOf(view: BufferView): Buffer {
  if (view === "empty") return Buffer.alloc(0);
  return "fixed" in view ? view.fixed : view.bytes.whole();
}

/** Envoy only writes at the ends of a buffer: it replaces the first bytes, or appends. */
function write(buffer: ByteBuffer, start: number, length: number, data: Buffer): Status {
  if (start === 0) {
    buffer.drain(length);
    buffer.prepend(data);
    return Status.Ok;
  }
  if (start < buffer.length) return Status.BadArgument;
  buffer.append(data);
  return Status.Ok;
}

export const buffers: HostTable = {
  proxy_get_buffer_bytes: host(
    "iiiii>i",
    (vm, type: number, start: number, length: number, at: number, sizeAt: number) => {
      if (type > last(vm)) return Status.BadArgument;
      const view = vm.context.buffer(type);
      if (view === undefined) return Status.NotFound;
      return vm.memory.copyToGuest(bytesOf(view).subarray(start, start + length), at, sizeAt);
    },
  ),
  proxy_get_buffer_status: host("iii>i", (vm, type: number, lengthAt: number, flagsAt: number) => {
    if (type > last(vm)) return Status.BadArgument;
    const view = vm.context.buffer(type);
    if (view === undefined) return Status.NotFound;
    const written = vm.memory.writeU32(lengthAt, sizeOf(view)) && vm.memory.writeU32(flagsAt, 0);
    return written ? Status.Ok : Status.InvalidMemoryAccess;
  }),
  proxy_set_buffer_bytes: host(
    "iiiii>i",
    (vm, type: number, start: number, length: number, address: number, size: number) => {
      if (type > last(vm)) return Status.BadArgument;
      const data = vm.memory.bytes(address, size);
      // Higress checks the memory first, Envoy the buffer.
      if (data === undefined && vm.module.host === "higress") return Status.InvalidMemoryAccess;
      const view = vm.context.buffer(type);
      if (view === undefined) return Status.NotFound;
      if (data === undefined) return Status.InvalidMemoryAccess;
      if (view === "empty" || "fixed" in view) return Status.BadArgument;
      return write(view.bytes, start, length, data);
    },
  ),
};
