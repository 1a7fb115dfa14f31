import { Status } from "../abi.js";
import type { GrpcCallArguments } from "../calls/grpc-calls.js";
import { decodePairs } from "../message/pairs.js";
import type { HostVm } from "../host-context.js";
import { host, type HostTable } from "./table.js";

/** Reads target, service, method and metadata of a call, each from an address and a size; undefined if one is outside the memory. */
function readCall({ memory }: HostVm, places: readonly number[], timeoutMs: number): GrpcCallArguments | undefined {
  const [target, service, method, metadata] = [0, 2, 4, 6].map((at) => memory.bytes(places[at]!, places[at + 1]!));
  if (!target || !service || !method || !metadata) return undefined;
  return {
    ...{ target, service: service.toString("latin1"), method: method.toString("latin1") },
    ...{ metadata: decodePairs(metadata), timeoutMs },
  };
}

/** gRPC calls to upstreams. */
export const grpc: HostTable = {
  proxy_grpc_call: host("iiiiiiiiiiii>i", (vm, ...args: number[]) => {
    const [request, requestSize, timeout, tokenAt] = args.slice(8) as [number, number, number, number];
    const call = readCall(vm, args, timeout);
    const message = vm.memory.bytes(request, requestSize);
    if (!call || !message) return Status.InvalidMemoryAccess;
    const dispatched = vm.context.root?.grpcCalls.call(call, message) ?? { status: Status.InternalFailure };
    if ("status" in dispatched) return dispatched.status;
    return vm.memory.writeU32(tokenAt, dispatched.token) ? Status.Ok : Status.InvalidMemoryAccess;
  }),
  proxy_grpc_stream: host("iiiiiiiii>i", (vm, ...args: number[]) => {
    const tokenAt = args[8]!;
    const call = readCall(vm, args, 0);
    if (!call) return Status.InvalidMemoryAccess;
    const dispatched = vm.context.root?.grpcCalls.stream(call) ?? { status: Status.InternalFailure };
    if ("status" in dispatched) return dispatched.status;
    return vm.memory.writeU32(tokenAt, dispatched.token) ? Status.Ok : Status.InvalidMemoryAccess;
  }),
  proxy_grpc_send: host("iiii>i", (vm, token: number, address: number, size: number, end: number) => {
    const message = vm.memory.bytes(address, size);
    if (!message) return Status.InvalidMemoryAccess;
    return vm.context.root?.grpcCalls.send(token, message, end !== 0) ?? Status.NotFound;
  }),
  proxy_grpc_cancel: host("i>i", (vm, token: number) => vm.context.root?.grpcCalls.cancel(token) ?? Status.NotFound),
  proxy_grpc_close: host("i>i", (vm, token: number) => vm.context.root?.grpcCalls.close(token) ?? Status.NotFound),
};
