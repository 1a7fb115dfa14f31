import { Status, StreamType } from "../abi.js";
import { decodePairs } from "../message/pairs.js";
import { host, type HostTable } from "./table.js";

/** gRPC's highest status. */
const LAST_GRPC_STATUS = 16;

export const streams: HostTable = {
  proxy_send_local_response: host(
    "iiiiiiii>i",
    (
      vm,
      status: number,
      details: number,
      detailsSize: number,
      body: number,
      bodySize: number,
      pairs: number,
      pairsSize: number,
      grpc: number,
    ) => {
      const text = vm.memory.text(details, detailsSize);
      const bytes = vm.memory.bytes(body, bodySize);
      const headers = vm.memory.bytes(pairs, pairsSize);
      if (text === undefined || bytes === undefined || headers === undefined) return Status.InvalidMemoryAccess;
      vm.context.sendLocalReply({
        ...{ status, body: bytes, headers: decodePairs(headers), details: text.replace(/[ \t\n\v\f\r]/g, "_") },
        grpcStatus: grpc <= LAST_GRPC_STATUS ? grpc : undefined,
      });
      vm.replied = true;
      return Status.Ok;
    },
  ),
};

/** For ABI 0.2.x. */
export const streamsOf02: HostTable = {
  proxy_continue_stream: host("i>i", (vm, type: number) =>
    type > StreamType.Upstream ? Status.BadArgument : vm.context.continueStream(type),
  ),
  proxy_close_stream: host("i>i", (vm, type: number) =>
    type > StreamType.Upstream ? Status.BadArgument : vm.context.closeStream(type),
  ),
};

/** For ABI 0.1.0. */
export const streamsOf010: HostTable = {
  proxy_get_configuration: host("ii>i", (vm, at: number, sizeAt: number) =>
    vm.memory.copyToGuest(vm.context.configuration, at, sizeAt),
  ),
  proxy_continue_request: host(">i", (vm) => vm.context.continueStream(StreamType.Request)),
  proxy_continue_response: host(">i", (vm) => vm.context.continueStream(StreamType.Response)),
  proxy_clear_route_cache: host(">i", (vm) => {
    vm.context.clearRouteCache();
    return Status.Ok;
  }),
};
