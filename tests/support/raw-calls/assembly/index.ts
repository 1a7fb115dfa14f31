// A plugin without the SDK. Its configuration is a script of host calls to make in callbacks; the plugin logs the
// result of each.
//
// A line of the script names a callback, an action and its arguments. `request_headers return 1` returns 1 from the
// callback; `tick trap` traps; `tick spin 100` computes for 100 ms; `request_body:end get_buffer_bytes 0 0 10 %` makes
// a host call. Arguments are numbers, `"text` (passed as address and size, see `unescape`), `{name=value,…` (header
// pairs), `$variable`, and places for results: `%` for bytes, `#` and `##` for a number of 32 and 64 bits, `_` and `__`
// for one and two numbers that are not logged. The VM's configuration is a script too: its lines run for every plugin
// of the VM.

import * as host from "./imports";
import { play, variables } from "./script";

const VM_CONFIGURATION: i32 = 6;
const PLUGIN_CONFIGURATION: i32 = 7;
const LARGEST: i32 = 0x7fffffff;

const pointer = memory.data(4);
const length = memory.data(4);
let common: string = "";
const scripts = new Map<i32, string>();
const roots = new Map<i32, i32>();

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_context_create(id: i32, root: i32): void {
  roots.set(id, root == 0 ? id : root);
  if (root != 0) variables.set("$stream", id);
  run(id, "create", "", 0);
}

export function proxy_on_vm_start(root: i32, size: i32): i32 {
  common = configuration(VM_CONFIGURATION);
  return run(root, "start", "", 1);
}

export function proxy_on_configure(root: i32, size: i32): i32 {
  scripts.set(root, configuration(PLUGIN_CONFIGURATION));
  return run(root, "configure", "", 1);
}

export function proxy_on_tick(root: i32): void {
  run(root, "tick", "", 0);
}

export function proxy_on_queue_ready(root: i32, token: i32): void {
  variables.set("$queue", token);
  run(root, "queue", "", 0);
}

export function proxy_on_request_headers(id: i32, count: i32, end: i32): i32 {
  return run(id, "request_headers", end ? "end" : "more", 0);
}

export function proxy_on_request_body(id: i32, size: i32, end: i32): i32 {
  return run(id, "request_body", end ? "end" : "more", 0);
}

export function proxy_on_request_trailers(id: i32, count: i32): i32 {
  return run(id, "request_trailers", "", 0);
}

export function proxy_on_response_headers(id: i32, count: i32, end: i32): i32 {
  return run(id, "response_headers", end ? "end" : "more", 0);
}

export function proxy_on_response_body(id: i32, size: i32, end: i32): i32 {
  return run(id, "response_body", end ? "end" : "more", 0);
}

export function proxy_on_response_trailers(id: i32, count: i32): i32 {
  return run(id, "response_trailers", "", 0);
}

export function proxy_on_new_connection(id: i32): i32 {
  return run(id, "new_connection", "", 0);
}

export function proxy_on_downstream_data(id: i32, size: i32, end: i32): i32 {
  return run(id, "downstream_data", end ? "end" : "more", 0);
}

export function proxy_on_upstream_data(id: i32, size: i32, end: i32): i32 {
  return run(id, "upstream_data", end ? "end" : "more", 0);
}

export function proxy_on_downstream_connection_close(id: i32, by: i32): void {
  run(id, "downstream_close", "", 0);
}

export function proxy_on_upstream_connection_close(id: i32, by: i32): void {
  run(id, "upstream_close", "", 0);
}

export function proxy_on_http_call_response(id: i32, token: i32, count: i32, size: i32, trailers: i32): void {
  run(id, "call", count == 0 ? "reset" : "response", 0);
}

export function proxy_on_grpc_receive_initial_metadata(id: i32, token: i32, count: i32): void {
  run(id, "grpc_metadata", "", 0);
}

export function proxy_on_grpc_receive(id: i32, token: i32, size: i32): void {
  run(id, "grpc_receive", "", 0);
}

export function proxy_on_grpc_receive_trailing_metadata(id: i32, token: i32, count: i32): void {
  run(id, "grpc_trailers", "", 0);
}

export function proxy_on_grpc_close(id: i32, token: i32, status: i32): void {
  run(id, "grpc_close", "", 0);
}

export function proxy_on_foreign_function(id: i32, name: i32, size: i32): void {
  run(id, "foreign", "", 0);
}

export function proxy_on_log(id: i32): void {
  run(id, "log", "", 0);
}

export function proxy_on_done(id: i32): i32 {
  return run(id, isRoot(id) ? "root_done" : "done", "", 1);
}

export function proxy_on_delete(id: i32): void {
  run(id, isRoot(id) ? "root_delete" : "delete", "", 0);
  roots.delete(id);
}

function run(id: i32, phase: string, detail: string, fallback: i32): i32 {
  variables.set("$id", id);
  const root = roots.has(id) ? roots.get(id) : id;
  variables.set("$root", root);
  const own = scripts.has(root) ? scripts.get(root) : "";
  return play(common + "\n" + own, phase, detail, fallback);
}

function isRoot(id: i32): bool {
  return roots.has(id) && roots.get(id) == id;
}

function configuration(type: i32): string {
  store<u32>(length, 0);
  if (host.getBuffer(type, 0, LARGEST, <i32>pointer, <i32>length) != 0) return "";
  return String.UTF8.decodeUnsafe(load<u32>(pointer), load<u32>(length));
}
