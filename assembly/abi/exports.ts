// The callbacks with the signatures that hosts check (proxy-wasm ABI 0.2.1; the Redis callback is Higress's). The transform
// exports from a plugin only the callbacks that the plugin needs.

import { requestPermanence, streamEnded } from "./safepoint";
import { handler } from "./callbacks";
import { enter, leave } from "./entry";

// A host uses one of the two names.
export { malloc, malloc as proxy_on_memory_allocate } from "./memory";

/**
 * Marks the module as Higress's ABI. Higress uses the first marker that it knows, so this marker must be exported first.
 */
export function proxy_abi_version_0_2_100(): void {}

/** Marks the module as proxy-wasm ABI 0.2.1, for Envoy and Istio. */
export function proxy_abi_version_0_2_1(): void {}

export function proxy_on_context_create(id: u32, parent: u32): void {
  const outer = enter(id);
  handler().onContextCreate(id, parent);
  leave(outer);
}

export function proxy_on_vm_start(root: u32, configurationSize: i32): bool {
  const outer = enter(root);
  const result = handler().onVmStart(root, configurationSize);
  leave(outer);
  return result;
}

export function proxy_validate_configuration(root: u32, configurationSize: i32): bool {
  const outer = enter(root);
  const result = handler().validateConfiguration(root, configurationSize);
  leave(outer);
  return result;
}

export function proxy_on_configure(root: u32, configurationSize: i32): bool {
  const outer = enter(root);
  const result = handler().onConfigure(root, configurationSize);
  requestPermanence();
  leave(outer);
  return result;
}

export function proxy_on_tick(root: u32): void {
  const outer = enter(root);
  handler().onTick(root);
  leave(outer);
}

export function proxy_on_queue_ready(root: u32, queue: u32): void {
  const outer = enter(root);
  handler().onQueueReady(root, queue);
  leave(outer);
}

export function proxy_on_request_headers(id: u32, count: i32, endOfStream: i32): i32 {
  const outer = enter(id);
  const result = handler().onRequestHeaders(id, count, endOfStream != 0);
  leave(outer);
  return result;
}

export function proxy_on_request_body(id: u32, size: i32, endOfStream: i32): i32 {
  const outer = enter(id);
  const result = handler().onRequestBody(id, size, endOfStream != 0);
  leave(outer);
  return result;
}

export function proxy_on_request_trailers(id: u32, count: i32): i32 {
  const outer = enter(id);
  const result = handler().onRequestTrailers(id, count);
  leave(outer);
  return result;
}

export function proxy_on_request_metadata(id: u32, count: i32): i32 {
  const outer = enter(id);
  handler().onRequestMetadata(id, count);
  leave(outer);
  return 0;
}

export function proxy_on_response_headers(id: u32, count: i32, endOfStream: i32): i32 {
  const outer = enter(id);
  const result = handler().onResponseHeaders(id, count, endOfStream != 0);
  leave(outer);
  return result;
}

export function proxy_on_response_body(id: u32, size: i32, endOfStream: i32): i32 {
  const outer = enter(id);
  const result = handler().onResponseBody(id, size, endOfStream != 0);
  leave(outer);
  return result;
}

export function proxy_on_response_trailers(id: u32, count: i32): i32 {
  const outer = enter(id);
  const result = handler().onResponseTrailers(id, count);
  leave(outer);
  return result;
}

export function proxy_on_response_metadata(id: u32, count: i32): i32 {
  const outer = enter(id);
  handler().onResponseMetadata(id, count);
  leave(outer);
  return 0;
}

export function proxy_on_new_connection(id: u32): i32 {
  const outer = enter(id);
  const result = handler().onNewConnection(id);
  leave(outer);
  return result;
}

export function proxy_on_downstream_data(id: u32, size: i32, endOfStream: i32): i32 {
  const outer = enter(id);
  const result = handler().onDownstreamData(id, size, endOfStream != 0);
  leave(outer);
  return result;
}

export function proxy_on_downstream_connection_close(id: u32, peer: i32): void {
  const outer = enter(id);
  handler().onDownstreamConnectionClose(id, peer);
  leave(outer);
}

export function proxy_on_upstream_data(id: u32, size: i32, endOfStream: i32): i32 {
  const outer = enter(id);
  const result = handler().onUpstreamData(id, size, endOfStream != 0);
  leave(outer);
  return result;
}

export function proxy_on_upstream_connection_close(id: u32, peer: i32): void {
  const outer = enter(id);
  handler().onUpstreamConnectionClose(id, peer);
  leave(outer);
}

export function proxy_on_http_call_response(root: u32, token: u32, headers: i32, bodySize: i32, trailers: i32): void {
  const outer = enter(root);
  handler().onHttpCallResponse(root, token, headers, bodySize, trailers);
  leave(outer);
}

export function proxy_on_grpc_receive_initial_metadata(root: u32, token: u32, count: i32): void {
  const outer = enter(root);
  handler().onGrpcReceiveInitialMetadata(root, token, count);
  leave(outer);
}

export function proxy_on_grpc_receive(root: u32, token: u32, size: i32): void {
  const outer = enter(root);
  handler().onGrpcReceive(root, token, size);
  leave(outer);
}

export function proxy_on_grpc_receive_trailing_metadata(root: u32, token: u32, count: i32): void {
  const outer = enter(root);
  handler().onGrpcReceiveTrailingMetadata(root, token, count);
  leave(outer);
}

export function proxy_on_grpc_close(root: u32, token: u32, status: i32): void {
  const outer = enter(root);
  handler().onGrpcClose(root, token, status);
  leave(outer);
}

export function proxy_on_foreign_function(id: u32, functionId: u32, size: i32): void {
  const outer = enter(id);
  handler().onForeignFunction(id, functionId, size);
  leave(outer);
}

export function proxy_on_redis_call_response(root: u32, token: u32, status: i32, size: i32): void {
  const outer = enter(root);
  handler().onRedisCallResponse(root, token, status, size);
  leave(outer);
}

export function proxy_on_log(id: u32): void {
  const outer = enter(id);
  handler().onLog(id);
  leave(outer);
}

export function proxy_on_done(id: u32): bool {
  const outer = enter(id);
  const result = handler().onDone(id);
  leave(outer);
  return result;
}

export function proxy_on_delete(id: u32): void {
  const outer = enter(id);
  handler().onDelete(id);
  streamEnded();
  leave(outer);
}
