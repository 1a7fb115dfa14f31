import type { AbiVersion, HostKind } from "../abi.js";

// The exports that a host calls, with the types that it requires.

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

/** Callbacks of Envoy's own extensions of the ABI. */
const ENVOY: Readonly<Record<string, string>> = { envoy_on_resolve_dns: "iii>", envoy_on_stats_update: "ii>" };

/** The callbacks of a host for a version of the ABI, with their types. */
export function callbacksOf(host: HostKind, abi: AbiVersion): Readonly<Record<string, string>> {
  const headers = abi === "0.1.0" ? "ii>i" : "iii>i";
  return {
    ...COMMON,
    ...ENVOY,
    proxy_on_request_headers: headers,
    proxy_on_response_headers: headers,
    ...(abi === "0.1.0" ? {} : { proxy_on_foreign_function: "iii>" }),
    ...(host === "higress" ? { proxy_on_redis_call_response: "iiii>" } : {}),
  };
}

/** The allocator that a host uses: `malloc`, if a module exports both. */
export function allocatorOf(exports: { has(name: string): boolean }): string {
  return exports.has("malloc") ? "malloc" : "proxy_on_memory_allocate";
}

/** The functions that a host calls to start a module, in this order, with their arguments. A missing export is skipped. */
export function startersOf(host: HostKind, exports: { has(name: string): boolean }): Starter[] {
  if (!exports.has("_initialize")) return [["_start"]];
  const main: Starter[] = exports.has("main") ? [["main", 0, 0]] : host === "envoy" ? [["__main_void"]] : [];
  return [["_initialize"], ...main];
}

/** The name of a function, and its arguments. */
export type Starter = [name: string, ...args: number[]];

/** The types that a host requires of the allocator and of the functions that start a module. */
export function preparersOf(host: HostKind, exports: { has(name: string): boolean }): Readonly<Record<string, string>> {
  const main = { main: "ii>i", ...(host === "envoy" ? { __main_void: ">i" } : {}) };
  return {
    [allocatorOf(exports)]: "i>i",
    ...(exports.has("_initialize") ? { _initialize: ">", ...main } : { _start: ">" }),
  };
}
