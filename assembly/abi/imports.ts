// The host calls of proxy-wasm ABI 0.2.1, as Envoy registers them. A module imports only the host calls that its code
// reaches. A `usize` is an address in the module's memory. A parameter `…Size: i32` is the number of bytes at the address
// before it. A parameter `…Size: usize` is the address to which the host writes the number of bytes that it returns.

import { Status } from "./enums";

// @ts-ignore: decorator
@external("env", "proxy_log")
export declare function proxy_log(level: i32, message: usize, messageSize: i32): Status;

// @ts-ignore: decorator
@external("env", "proxy_get_log_level")
export declare function proxy_get_log_level(level: usize): Status;

// @ts-ignore: decorator
@external("env", "proxy_get_current_time_nanoseconds")
export declare function proxy_get_current_time_nanoseconds(time: usize): Status;

// @ts-ignore: decorator
@external("env", "proxy_set_tick_period_milliseconds")
export declare function proxy_set_tick_period_milliseconds(period: u32): Status;

// @ts-ignore: decorator
@external("env", "proxy_get_status")
export declare function proxy_get_status(code: usize, message: usize, messageSize: usize): Status;

// @ts-ignore: decorator
@external("env", "proxy_get_property")
export declare function proxy_get_property(path: usize, pathSize: i32, value: usize, valueSize: usize): Status;

// @ts-ignore: decorator
@external("env", "proxy_set_property")
export declare function proxy_set_property(path: usize, pathSize: i32, value: usize, valueSize: i32): Status;

// @ts-ignore: decorator
@external("env", "proxy_get_buffer_bytes")
export declare function proxy_get_buffer_bytes(
  buffer: i32,
  start: i32,
  length: i32,
  bytes: usize,
  bytesSize: usize,
): Status;

// @ts-ignore: decorator
@external("env", "proxy_get_buffer_status")
export declare function proxy_get_buffer_status(buffer: i32, length: usize, flags: usize): Status;

// @ts-ignore: decorator
@external("env", "proxy_set_buffer_bytes")
export declare function proxy_set_buffer_bytes(
  buffer: i32,
  start: i32,
  length: i32,
  bytes: usize,
  bytesSize: i32,
): Status;

// @ts-ignore: decorator
@external("env", "proxy_get_header_map_value")
export declare function proxy_get_header_map_value(
  map: i32,
  name: usize,
  nameSize: i32,
  value: usize,
  valueSize: usize,
): Status;

// @ts-ignore: decorator
@external("env", "proxy_add_header_map_value")
export declare function proxy_add_header_map_value(
  map: i32,
  name: usize,
  nameSize: i32,
  value: usize,
  valueSize: i32,
): Status;

// @ts-ignore: decorator
@external("env", "proxy_replace_header_map_value")
export declare function proxy_replace_header_map_value(
  map: i32,
  name: usize,
  nameSize: i32,
  value: usize,
  valueSize: i32,
): Status;

// @ts-ignore: decorator
@external("env", "proxy_remove_header_map_value")
export declare function proxy_remove_header_map_value(map: i32, name: usize, nameSize: i32): Status;

// @ts-ignore: decorator
@external("env", "proxy_get_header_map_pairs")
export declare function proxy_get_header_map_pairs(map: i32, pairs: usize, pairsSize: usize): Status;

// @ts-ignore: decorator
@external("env", "proxy_set_header_map_pairs")
export declare function proxy_set_header_map_pairs(map: i32, pairs: usize, pairsSize: i32): Status;

// @ts-ignore: decorator
@external("env", "proxy_get_header_map_size")
export declare function proxy_get_header_map_size(map: i32, size: usize): Status;

// @ts-ignore: decorator
@external("env", "proxy_send_local_response")
export declare function proxy_send_local_response(
  status: u32,
  details: usize,
  detailsSize: i32,
  body: usize,
  bodySize: i32,
  headers: usize,
  headersSize: i32,
  grpcStatus: i32,
): Status;

// @ts-ignore: decorator
@external("env", "proxy_continue_stream")
export declare function proxy_continue_stream(stream: i32): Status;

// @ts-ignore: decorator
@external("env", "proxy_close_stream")
export declare function proxy_close_stream(stream: i32): Status;

// @ts-ignore: decorator
@external("env", "proxy_http_call")
export declare function proxy_http_call(
  upstream: usize,
  upstreamSize: i32,
  headers: usize,
  headersSize: i32,
  body: usize,
  bodySize: i32,
  trailers: usize,
  trailersSize: i32,
  timeout: u32,
  token: usize,
): Status;

// @ts-ignore: decorator
@external("env", "proxy_grpc_call")
export declare function proxy_grpc_call(
  service: usize,
  serviceSize: i32,
  name: usize,
  nameSize: i32,
  method: usize,
  methodSize: i32,
  metadata: usize,
  metadataSize: i32,
  message: usize,
  messageSize: i32,
  timeout: u32,
  token: usize,
): Status;

// @ts-ignore: decorator
@external("env", "proxy_grpc_stream")
export declare function proxy_grpc_stream(
  service: usize,
  serviceSize: i32,
  name: usize,
  nameSize: i32,
  method: usize,
  methodSize: i32,
  metadata: usize,
  metadataSize: i32,
  token: usize,
): Status;

// @ts-ignore: decorator
@external("env", "proxy_grpc_send")
export declare function proxy_grpc_send(token: u32, message: usize, messageSize: i32, endOfStream: i32): Status;

// @ts-ignore: decorator
@external("env", "proxy_grpc_cancel")
export declare function proxy_grpc_cancel(token: u32): Status;

// @ts-ignore: decorator
@external("env", "proxy_grpc_close")
export declare function proxy_grpc_close(token: u32): Status;

// @ts-ignore: decorator
@external("env", "proxy_define_metric")
export declare function proxy_define_metric(kind: i32, name: usize, nameSize: i32, metric: usize): Status;

// @ts-ignore: decorator
@external("env", "proxy_increment_metric")
export declare function proxy_increment_metric(metric: u32, offset: i64): Status;

// @ts-ignore: decorator
@external("env", "proxy_record_metric")
export declare function proxy_record_metric(metric: u32, value: u64): Status;

// @ts-ignore: decorator
@external("env", "proxy_get_metric")
export declare function proxy_get_metric(metric: u32, value: usize): Status;

// @ts-ignore: decorator
@external("env", "proxy_get_shared_data")
export declare function proxy_get_shared_data(
  key: usize,
  keySize: i32,
  value: usize,
  valueSize: usize,
  cas: usize,
): Status;

// @ts-ignore: decorator
@external("env", "proxy_set_shared_data")
export declare function proxy_set_shared_data(key: usize, keySize: i32, value: usize, valueSize: i32, cas: u32): Status;

// @ts-ignore: decorator
@external("env", "proxy_register_shared_queue")
export declare function proxy_register_shared_queue(name: usize, nameSize: i32, queue: usize): Status;

// @ts-ignore: decorator
@external("env", "proxy_resolve_shared_queue")
export declare function proxy_resolve_shared_queue(
  vm: usize,
  vmSize: i32,
  name: usize,
  nameSize: i32,
  queue: usize,
): Status;

// @ts-ignore: decorator
@external("env", "proxy_enqueue_shared_queue")
export declare function proxy_enqueue_shared_queue(queue: u32, value: usize, valueSize: i32): Status;

// @ts-ignore: decorator
@external("env", "proxy_dequeue_shared_queue")
export declare function proxy_dequeue_shared_queue(queue: u32, value: usize, valueSize: usize): Status;

// @ts-ignore: decorator
@external("env", "proxy_set_effective_context")
export declare function proxy_set_effective_context(context: u32): Status;

// @ts-ignore: decorator
@external("env", "proxy_done")
export declare function proxy_done(): Status;

// @ts-ignore: decorator
@external("env", "proxy_call_foreign_function")
export declare function proxy_call_foreign_function(
  name: usize,
  nameSize: i32,
  argument: usize,
  argumentSize: i32,
  result: usize,
  resultSize: usize,
): Status;

// WASI functions, which every host provides. Envoy allows WASI's clock while a module starts, but not its own clock.

// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "clock_time_get")
export declare function clock_time_get(clock: i32, precision: i64, time: usize): i32;

// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "environ_sizes_get")
export declare function environ_sizes_get(count: usize, size: usize): i32;

// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "environ_get")
export declare function environ_get(variables: usize, text: usize): i32;

// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "random_get")
export declare function random_get(bytes: usize, size: i32): i32;
