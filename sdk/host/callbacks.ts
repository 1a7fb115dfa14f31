import type { AbiVersion } from "./abi.js";

// What a host calls in a plugin, with the types that it insists on.

const COMMON: Readonly<Record<string, string>> = {
  proxy_on_context_create: "ii>",
  proxy_on_vm_start: "ii>i",
  proxy_validate_configuration: "ii>i",
  proxy_on_configure: "ii>i",
  proxy_on_tick: "i>",
  proxy_on_queue_ready: "ii>",
  proxy_on_request_body: "iii>i",
  proxy_on_request_trailers: "ii>i",
  proxy_on_request_metadata: "ii>i",
  proxy_on_response_body: "iii>i",
  proxy_on_response_trailers: "ii>i",
  proxy_on_response_metadata: "ii>i",
  proxy_on_new_connection: "i>i",
  proxy_on_downstream_data: "iii>i",
  proxy_on_upstream_data: "iii>i",
  proxy_on_downstream_connection_close: "ii>",
  proxy_on_upstream_connection_close: "ii>",
  proxy_on_http_call_response: "iiiii>",
  proxy_on_grpc_receive_initial_metadata: "iii>",
  proxy_on_grpc_receive: "iii>",
  proxy_on_grpc_receive_trailing_metadata: "iii>",
  proxy_on_grpc_close: "iii>",
  proxy_on_done: "i>i",
  proxy_on_log: "i>",
  proxy_on_delete: "i>",
};

/** The callbacks of a version of the ABI, with their types. */
export function callbacksOf(abi: AbiVersion): Readonly<Record<string, string>> {
  const headers = abi === "0.1.0" ? "ii>i" : "iii>i";
  return {
    ...COMMON,
    proxy_on_request_headers: headers,
    proxy_on_response_headers: headers,
    ...(abi === "0.1.0" ? {} : { proxy_on_foreign_function: "iii>" }),
    ...(abi === "0.2.100" ? { proxy_on_redis_call_response: "iiii>" } : {}),
  };
}

/** What prepares a module, with their types; all optional but one of the allocators. */
export function startersOf(exports: ReadonlyMap<string, unknown>): Readonly<Record<string, string>> {
  const allocator = exports.has("malloc") ? "malloc" : "proxy_on_memory_allocate";
  if (!exports.has("_initialize")) return { [allocator]: "i>i", _start: ">" };
  return { [allocator]: "i>i", _initialize: ">", ...(exports.has("main") ? { main: "ii>i" } : { __main_void: ">i" }) };
}
