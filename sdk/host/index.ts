/**
 * A proxy-wasm host, as Envoy is one, without sockets, clocks or timers of its own: `PluginModule` → `Plugin` →
 * `HttpStream`. `sdk/gateway` puts HTTP around it.
 */
export { LogLevel, MapType, BufferType, Status, type AbiVersion, type HostKind } from "./abi.js";
export { ByteBuffer } from "./message/byte-buffer.js";
export type { Sink } from "./stream/filter-chain.js";
export { configurationBytes, jsonText } from "./module/configuration.js";
export type { PluginReply } from "./context.js";
export { PluginLoadError } from "./module/errors.js";
export { closeMessage, type GrpcEvents, type GrpcRequest, type GrpcStream, type GrpcUpstreams } from "./calls/grpc.js";
export { findState } from "./properties/filter-state.js";
export { HeaderMap, lowerAscii, type HeaderMapKind } from "./message/header-map.js";
export {
  DEFAULT_BUFFER_LIMIT,
  gatewayReply,
  HttpStream,
  type StreamFilter,
  type StreamSides,
} from "./stream/http-stream.js";
export { PluginModule, type ModuleOptions } from "./module/plugin-module.js";
export type { Pair } from "./message/pairs.js";
export { Plugin, type FailurePolicy, type PluginOptions } from "./vm/plugin.js";
export type {
  CallRequest,
  CallResult,
  Clock,
  LogLine,
  Services,
  Timers,
  TracedCall,
  TracedHook,
  Upstreams,
} from "./services.js";
export { SharedData } from "./shared/shared-data.js";
export { Stats, type Histogram } from "./shared/stats.js";
export type { Resolve, Resolved } from "./calls/dns-lookups.js";
export type { RedisSettings, RedisUpstreams } from "./calls/redis.js";
export { ResponseFlag } from "./message/response-flags.js";
export { SharedQueues } from "./shared/shared-queues.js";
export { byteString, readableText } from "./byte-string.js";
export { StreamInfo, type ConnectionInfo, type NoRoute, type RouteInfo } from "./properties/stream-info.js";
export { CloseType, NetworkStatus, TcpStream, type NetworkFilter, type TcpSides } from "./stream/tcp-stream.js";
export { Vm, type VmOptions } from "./vm/vm.js";
export { VmPool } from "./vm/vm-pool.js";
