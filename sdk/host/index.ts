/**
 * A proxy-wasm host that behaves as Envoy does, without sockets, clocks or timers of its own: `PluginModule` → `Plugin`
 * → `HttpStream`. `sdk/gateway` puts HTTP around it.
 */
export { LogLevel, MapType, BufferType, Status, type AbiVersion, type HostKind } from "./abi.js";
export { byteString, readableText } from "./byte-string.js";
export { importsOf } from "./imports/index.js";
export { ByteBuffer } from "./message/byte-buffer.js";
export { HeaderMap, lowerAscii, type HeaderMapKind } from "./message/header-map.js";
export type { PluginReply } from "./message/local-reply.js";
export type { Pair } from "./message/pairs.js";
export { ResponseFlag } from "./message/response-flags.js";
export { configurationBytes, jsonText } from "./module/configuration.js";
export { PluginLoadError } from "./module/errors.js";
export { PluginModule, type ModuleOptions } from "./module/plugin-module.js";
export { Plugin, type FailurePolicy, type PluginOptions, type PreparedConfiguration } from "./plugin/plugin.js";
export { findState } from "./properties/filter-state.js";
export {
  StreamInfo,
  type ConnectionInfo,
  type NoRoute,
  type RouteInfo,
  type TlsInfo,
} from "./properties/stream-info.js";
export type { CallLimit } from "./services/call-limit.js";
export {
  closeMessage,
  type GrpcEvents,
  type GrpcRequest,
  type GrpcStream,
  type GrpcUpstreams,
} from "./services/grpc-upstreams.js";
export type { CallRequest, CallResult, Upstreams } from "./services/http-upstreams.js";
export type { RedisSettings, RedisUpstreams } from "./services/redis-upstreams.js";
export type { Clock, LogLine, Resolve, Resolved, Services, Timers } from "./services/services.js";
export type { TracedCall, TracedCallback, TracedVm } from "./services/trace.js";
export { SharedData } from "./shared/shared-data.js";
export { SharedQueues } from "./shared/shared-queues.js";
export { HISTOGRAM_BOUNDS, Stats, type Histogram } from "./shared/stats.js";
export type { Sink } from "./stream/filter-chain.js";
export {
  DEFAULT_BUFFER_LIMIT,
  gatewayReply,
  HttpStream,
  type StreamFilter,
  type StreamSides,
} from "./stream/http-stream.js";
export { CloseType, NetworkStatus, TcpStream, type NetworkFilter, type TcpSides } from "./stream/tcp-stream.js";
export { Vm, type VmOptions } from "./vm/vm.js";
export { VmPool } from "./vm/vm-pool.js";
