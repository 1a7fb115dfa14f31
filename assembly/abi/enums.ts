/**
 * The return value of a host call. Source: proxy-wasm ABI 0.2.1, `proxy_status_t`.
 *
 * @example
 * ```ts
 * const status = setSharedData("my-plugin/greeting", encodeText("hello"));
 * if (status != Status.Ok) log.warn("the greeting was not stored");
 * ```
 */
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

/**
 * The severity of a log line. Source: proxy-wasm ABI 0.2.1, `proxy_log_level_t`.
 *
 * @example
 * ```ts
 * if (log.enabled(LogLevel.Debug)) log.debug("body: " + body.text());
 * ```
 */
export enum LogLevel {
  Trace = 0,
  Debug = 1,
  Info = 2,
  Warn = 3,
  Error = 4,
  Critical = 5,
}

/** The header maps of the ABI, `proxy_map_type_t`. */
export enum MapType {
  RequestHeaders = 0,
  RequestTrailers = 1,
  ResponseHeaders = 2,
  ResponseTrailers = 3,
  GrpcReceiveInitialMetadata = 4,
  GrpcReceiveTrailingMetadata = 5,
  HttpCallResponseHeaders = 6,
  HttpCallResponseTrailers = 7,
}

/** The buffers of the ABI, `proxy_buffer_type_t`; `RedisCallResponse` is Higress's. */
export enum BufferType {
  RequestBody = 0,
  ResponseBody = 1,
  DownstreamData = 2,
  UpstreamData = 3,
  HttpCallResponseBody = 4,
  GrpcReceiveBuffer = 5,
  VmConfiguration = 6,
  PluginConfiguration = 7,
  CallData = 8,
  RedisCallResponse = 9,
}

/** The half of a stream that `proxy_continue_stream` and `proxy_close_stream` act on. */
export enum StreamType {
  Request = 0,
  Response = 1,
  Downstream = 2,
  Upstream = 3,
}

/** The kinds of metric, `proxy_metric_type_t`. */
export enum MetricType {
  Counter = 0,
  Gauge = 1,
  Histogram = 2,
}

/** Who closed a connection, `proxy_peer_type_t`. */
export enum PeerType {
  Unknown = 0,
  Local = 1,
  Remote = 2,
}

/** The return value of a headers callback. Source: Envoy's `FilterHeadersStatus`. */
export enum HeadersStatus {
  Continue = 0,
  StopIteration = 1,
  ContinueAndEndStream = 2,
  StopAllIterationAndBuffer = 3,
  StopAllIterationAndWatermark = 4,
}

/** The return value of a body callback. Source: Envoy's `FilterDataStatus`. */
export enum DataStatus {
  Continue = 0,
  StopIterationAndBuffer = 1,
  StopIterationAndWatermark = 2,
  StopIterationNoBuffer = 3,
}

/** The return value of a trailers callback. Source: Envoy's `FilterTrailersStatus`. */
export enum TrailersStatus {
  Continue = 0,
  StopIteration = 1,
}
