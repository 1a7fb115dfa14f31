import * as host from "./imports";

/** Makes the host call of that name, without the prefix `proxy_`. Returns its status, or -1 for an unknown name. */
export function call(name: string, a: StaticArray<i32>): i32 {
  if (name == "log") return host.log(a[0], a[1], a[2]);
  if (name == "get_log_level") return host.getLogLevel(a[0]);
  if (name == "get_status") return host.getStatus(a[0], a[1], a[2]);
  if (name == "get_current_time_nanoseconds") return host.getTime(a[0]);
  if (name == "set_tick_period_milliseconds") return host.setTick(a[0]);
  if (name == "set_effective_context") return host.setEffectiveContext(a[0]);
  if (name == "done") return host.done();
  if (name == "get_property") return host.getProperty(a[0], a[1], a[2], a[3]);
  if (name == "set_property") return host.setProperty(a[0], a[1], a[2], a[3]);
  if (name == "send_local_response") return host.reply(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
  if (name == "continue_stream") return host.continueStream(a[0]);
  if (name == "close_stream") return host.closeStream(a[0]);
  if (name == "get_header_map_value") return host.getHeader(a[0], a[1], a[2], a[3], a[4]);
  if (name == "add_header_map_value") return host.addHeader(a[0], a[1], a[2], a[3], a[4]);
  if (name == "replace_header_map_value") return host.replaceHeader(a[0], a[1], a[2], a[3], a[4]);
  if (name == "remove_header_map_value") return host.removeHeader(a[0], a[1], a[2]);
  if (name == "get_header_map_pairs") return host.getPairs(a[0], a[1], a[2]);
  if (name == "set_header_map_pairs") return host.setPairs(a[0], a[1], a[2]);
  if (name == "get_header_map_size") return host.getMapSize(a[0], a[1]);
  if (name == "get_buffer_bytes") return host.getBuffer(a[0], a[1], a[2], a[3], a[4]);
  if (name == "get_buffer_status") return host.getBufferStatus(a[0], a[1], a[2]);
  if (name == "set_buffer_bytes") return host.setBuffer(a[0], a[1], a[2], a[3], a[4]);
  if (name == "http_call") return host.httpCall(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9]);
  if (name == "grpc_call") {
    return host.grpcCall(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11]);
  }
  if (name == "grpc_stream") return host.grpcStream(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8]);
  if (name == "grpc_send") return host.grpcSend(a[0], a[1], a[2], a[3]);
  if (name == "grpc_cancel") return host.grpcCancel(a[0]);
  if (name == "grpc_close") return host.grpcClose(a[0]);
  if (name == "get_shared_data") return host.getShared(a[0], a[1], a[2], a[3], a[4]);
  if (name == "set_shared_data") return host.setShared(a[0], a[1], a[2], a[3], a[4]);
  if (name == "register_shared_queue") return host.registerQueue(a[0], a[1], a[2]);
  if (name == "resolve_shared_queue") return host.resolveQueue(a[0], a[1], a[2], a[3], a[4]);
  if (name == "enqueue_shared_queue") return host.enqueue(a[0], a[1], a[2]);
  if (name == "dequeue_shared_queue") return host.dequeue(a[0], a[1], a[2]);
  if (name == "define_metric") return host.defineMetric(a[0], a[1], a[2], a[3]);
  if (name == "increment_metric") return host.incrementMetric(a[0], a[1]);
  if (name == "record_metric") return host.recordMetric(a[0], a[1]);
  if (name == "get_metric") return host.getMetric(a[0], a[1]);
  if (name == "call_foreign_function") return host.foreign(a[0], a[1], a[2], a[3], a[4], a[5]);
  return -1;
}
