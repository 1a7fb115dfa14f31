/**
 * A proxy-wasm host, as Envoy is one, without sockets, clocks or timers of its own: `PluginModule` → `Plugin` →
 * `HttpStream`. `sdk/gateway` puts HTTP around it.
 */
export { LogLevel, MapType, BufferType, Status, type AbiVersion, type HostKind } from "./abi.js";
export { ByteBuffer } from "./byte-buffer.js";
export type { Sink } from "./chain.js";
export { configurationBytes, jsonText } from "./configuration.js";
export type { PluginReply } from "./context.js";
export { PluginLoadError } from "./errors.js";
export { closeMessage, type GrpcEvents, type GrpcRequest, type GrpcStream, type GrpcUpstreams } from "./grpc.js";
export { findState } from "./filter-state.js";
export { HeaderMap, lowerAscii, type HeaderMapKind } from "./header-map.js";
export { DEFAULT_BUFFER_LIMIT, gatewayReply, HttpStream, type StreamFilter, type StreamSides } from "./http-stream.js";
export { PluginModule, type ModuleOptions } from "./module.js";
export type { Pair } from "./pairs.js";
export { Plugin, type FailurePolicy, type PluginOptions } from "./plugin.js";
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
export { SharedData } from "./shared-data.js";
export { Stats, type Histogram } from "./stats.js";
export type { Resolve, Resolved } from "./lookups.js";
export type { RedisSettings, RedisUpstreams } from "./redis.js";
export { ResponseFlag } from "./response-flags.js";
export { SharedQueues } from "./shared-queues.js";
export { byteString, readableText } from "./byte-string.js";
export { StreamInfo, type ConnectionInfo, type NoRoute, type RouteInfo } from "./stream-info.js";
export { CloseType, NetworkStatus, TcpStream, type NetworkFilter, type TcpSides } from "./tcp-stream.js";
export { Vm, type VmOptions } from "./vm.js";
export { VmPool } from "./vm-pool.js";
