// All host calls that Envoy has for a module of ABI 0.2.1.

// prettier-ignore
@external("env", "proxy_log")
export declare function log(level: i32, text: i32, size: i32): i32;
// prettier-ignore
@external("env", "proxy_get_log_level")
export declare function getLogLevel(level: i32): i32;
// prettier-ignore
@external("env", "proxy_get_status")
export declare function getStatus(code: i32, text: i32, size: i32): i32;
// prettier-ignore
@external("env", "proxy_get_current_time_nanoseconds")
export declare function getTime(time: i32): i32;
// prettier-ignore
@external("env", "proxy_set_tick_period_milliseconds")
export declare function setTick(period: i32): i32;
// prettier-ignore
@external("env", "proxy_set_effective_context")
export declare function setEffectiveContext(id: i32): i32;
// prettier-ignore
@external("env", "proxy_done")
export declare function done(): i32;
// prettier-ignore
@external("env", "proxy_get_property")
export declare function getProperty(path: i32, size: i32, value: i32, valueSize: i32): i32;
// prettier-ignore
@external("env", "proxy_set_property")
export declare function setProperty(path: i32, size: i32, value: i32, valueSize: i32): i32;
// prettier-ignore
@external("env", "proxy_send_local_response")
export declare function reply(a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32, h: i32): i32;
// prettier-ignore
@external("env", "proxy_continue_stream")
export declare function continueStream(type: i32): i32;
// prettier-ignore
@external("env", "proxy_close_stream")
export declare function closeStream(type: i32): i32;
// prettier-ignore
@external("env", "proxy_get_header_map_value")
export declare function getHeader(map: i32, key: i32, size: i32, value: i32, valueSize: i32): i32;
// prettier-ignore
@external("env", "proxy_add_header_map_value")
export declare function addHeader(map: i32, key: i32, size: i32, value: i32, valueSize: i32): i32;
// prettier-ignore
@external("env", "proxy_replace_header_map_value")
export declare function replaceHeader(map: i32, key: i32, size: i32, value: i32, valueSize: i32): i32;
// prettier-ignore
@external("env", "proxy_remove_header_map_value")
export declare function removeHeader(map: i32, key: i32, size: i32): i32;
// prettier-ignore
@external("env", "proxy_get_header_map_pairs")
export declare function getPairs(map: i32, pairs: i32, size: i32): i32;
// prettier-ignore
@external("env", "proxy_set_header_map_pairs")
export declare function setPairs(map: i32, pairs: i32, size: i32): i32;
// prettier-ignore
@external("env", "proxy_get_header_map_size")
export declare function getMapSize(map: i32, size: i32): i32;
// prettier-ignore
@external("env", "proxy_get_buffer_bytes")
export declare function getBuffer(type: i32, start: i32, length: i32, bytes: i32, size: i32): i32;
// prettier-ignore
@external("env", "proxy_get_buffer_status")
export declare function getBufferStatus(type: i32, length: i32, flags: i32): i32;
// prettier-ignore
@external("env", "proxy_set_buffer_bytes")
export declare function setBuffer(type: i32, start: i32, length: i32, bytes: i32, size: i32): i32;
// prettier-ignore
@external("env", "proxy_http_call")
export declare function httpCall(
  a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32, h: i32, timeout: i32, token: i32,
): i32;
// prettier-ignore
@external("env", "proxy_grpc_call")
export declare function grpcCall(
  a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32, h: i32, i: i32, j: i32, timeout: i32, token: i32,
): i32;
// prettier-ignore
@external("env", "proxy_grpc_stream")
export declare function grpcStream(
  a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32, h: i32, token: i32,
): i32;
// prettier-ignore
@external("env", "proxy_grpc_send")
export declare function grpcSend(token: i32, bytes: i32, size: i32, end: i32): i32;
// prettier-ignore
@external("env", "proxy_grpc_cancel")
export declare function grpcCancel(token: i32): i32;
// prettier-ignore
@external("env", "proxy_grpc_close")
export declare function grpcClose(token: i32): i32;
// prettier-ignore
@external("env", "proxy_get_shared_data")
export declare function getShared(key: i32, size: i32, value: i32, valueSize: i32, cas: i32): i32;
// prettier-ignore
@external("env", "proxy_set_shared_data")
export declare function setShared(key: i32, size: i32, value: i32, valueSize: i32, cas: i32): i32;
// prettier-ignore
@external("env", "proxy_register_shared_queue")
export declare function registerQueue(name: i32, size: i32, token: i32): i32;
// prettier-ignore
@external("env", "proxy_resolve_shared_queue")
export declare function resolveQueue(vm: i32, vmSize: i32, name: i32, size: i32, token: i32): i32;
// prettier-ignore
@external("env", "proxy_enqueue_shared_queue")
export declare function enqueue(token: i32, value: i32, size: i32): i32;
// prettier-ignore
@external("env", "proxy_dequeue_shared_queue")
export declare function dequeue(token: i32, value: i32, size: i32): i32;
// prettier-ignore
@external("env", "proxy_define_metric")
export declare function defineMetric(type: i32, name: i32, size: i32, id: i32): i32;
// prettier-ignore
@external("env", "proxy_increment_metric")
export declare function incrementMetric(id: i32, offset: i64): i32;
// prettier-ignore
@external("env", "proxy_record_metric")
export declare function recordMetric(id: i32, value: i64): i32;
// prettier-ignore
@external("env", "proxy_get_metric")
export declare function getMetric(id: i32, value: i32): i32;
// prettier-ignore
@external("env", "proxy_call_foreign_function")
export declare function foreign(name: i32, size: i32, args: i32, argsSize: i32, result: i32, resultSize: i32): i32;
