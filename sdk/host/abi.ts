/** The status that a host call returns (proxy-wasm ABI). */
export enum Status {
  Ok = 0,
  NotFound = 1,
  BadArgument = 2,
  SerializationFailure = 3,
  ParseFailure = 4,
  BadExpression = 5,
  InvalidMemoryAccess = 6,
  Empty = 7,
  CasMismatch = 8,
  ResultMismatch = 9,
  InternalFailure = 10,
  BrokenConnection = 11,
  Unimplemented = 12,
}

/** Levels of `proxy_log`. Only `proxy_get_log_level` returns `Off`. */
export enum LogLevel {
  Trace = 0,
  Debug = 1,
  Info = 2,
  Warn = 3,
  Error = 4,
  Critical = 5,
  Off = 6,
}

export enum MapType {
  RequestHeaders = 0,
  RequestTrailers = 1,
  ResponseHeaders = 2,
  ResponseTrailers = 3,
  GrpcReceiveInitialMetadata = 4,
  GrpcReceiveTrailingMetadata = 5,
  CallResponseHeaders = 6,
  CallResponseTrailers = 7,
}

export enum BufferType {
  RequestBody = 0,
  ResponseBody = 1,
  DownstreamData = 2,
  UpstreamData = 3,
  CallResponseBody = 4,
  GrpcReceive = 5,
  VmConfiguration = 6,
  PluginConfiguration = 7,
  CallData = 8,
  /** Higress only. */
  RedisCallResponse = 9,
}

export enum StreamType {
  Request = 0,
  Response = 1,
  Downstream = 2,
  Upstream = 3,
}

/** What a filter returns for headers, as in Envoy's filter manager. */
export enum HeadersStatus {
  Continue = 0,
  /** The headers wait. The filter still gets the body, and the headers continue when a body callback continues. */
  StopIteration = 1,
  StopAllIterationAndBuffer = 3,
  StopAllIterationAndWatermark = 4,
}

/** What a filter returns for a chunk of the body. */
export enum DataStatus {
  Continue = 0,
  StopIterationAndBuffer = 1,
  StopIterationAndWatermark = 2,
  StopIterationNoBuffer = 3,
}

/** What a filter returns for trailers. */
export enum TrailersStatus {
  Continue = 0,
  StopIteration = 1,
}

/** The versions of the ABI, by the exports that mark them. */
export const ABI_MARKERS = {
  proxy_abi_version_0_1_0: "0.1.0",
  proxy_abi_version_0_2_0: "0.2.0",
  proxy_abi_version_0_2_1: "0.2.1",
  proxy_abi_version_0_2_100: "0.2.100",
} as const;

export type AbiVersion = (typeof ABI_MARKERS)[keyof typeof ABI_MARKERS];

/** The host that this host behaves like: Envoy (as in Istio), or Higress, which supports one more version of the ABI. */
export type HostKind = "envoy" | "higress";

/** Whether a host supports a version of the ABI. */
export function knowsAbi(host: HostKind, abi: AbiVersion): boolean {
  return host === "higress" || abi !== "0.2.100";
}
