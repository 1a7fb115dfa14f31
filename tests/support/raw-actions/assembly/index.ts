// A plugin without the SDK. Each callback logs its arguments and returns the value that the configuration gives.
//
// The configuration is eight digits: the return values for request headers, body, end of the body and trailers, then
// the same for responses. With a "+" at the end, a timer resumes the stream once after a return value other than 0.

// @ts-ignore: decorator
@external("env", "proxy_log")
declare function proxyLog(level: i32, message: usize, size: i32): i32;
// @ts-ignore: decorator
@external("env", "proxy_get_buffer_bytes")
declare function proxyGetBuffer(buffer: i32, start: i32, length: i32, pointer: usize, size: usize): i32;
// @ts-ignore: decorator
@external("env", "proxy_set_tick_period_milliseconds")
declare function proxySetTick(period: i32): i32;
// @ts-ignore: decorator
@external("env", "proxy_set_effective_context")
declare function proxySetEffectiveContext(id: i32): i32;
// @ts-ignore: decorator
@external("env", "proxy_continue_stream")
declare function proxyContinue(stream: i32): i32;

const PLUGIN_CONFIGURATION: i32 = 7;
const INFO: i32 = 2;
const TICK_MS: i32 = 20;
const NONE: i32 = -1;

const pointer = memory.data(4);
const length = memory.data(4);
let config: usize = 0;
let resumes: bool = false;
// The stream that waits, and its direction. There is one at most: scenarios send one request at a time.
let waiting: i32 = 0;
let direction: i32 = NONE;

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_context_create(id: i32, root: i32): void {}

export function proxy_on_configure(id: i32, size: i32): i32 {
  proxyGetBuffer(PLUGIN_CONFIGURATION, 0, size, pointer, length);
  config = load<u32>(pointer);
  resumes = size > 8;
  if (resumes) proxySetTick(TICK_MS);
  return size >= 8 ? 1 : 0;
}

export function proxy_on_request_headers(id: i32, count: i32, end: i32): i32 {
  return logAndReturn(id, 0, 0, "request headers", NONE, end);
}

export function proxy_on_request_body(id: i32, size: i32, end: i32): i32 {
  return logAndReturn(id, 0, end ? 2 : 1, "request body", size, end);
}

export function proxy_on_request_trailers(id: i32, count: i32): i32 {
  return logAndReturn(id, 0, 3, "request trailers", count, NONE);
}

export function proxy_on_response_headers(id: i32, count: i32, end: i32): i32 {
  return logAndReturn(id, 1, 4, "response headers", NONE, end);
}

export function proxy_on_response_body(id: i32, size: i32, end: i32): i32 {
  return logAndReturn(id, 1, end ? 6 : 5, "response body", size, end);
}

export function proxy_on_response_trailers(id: i32, count: i32): i32 {
  return logAndReturn(id, 1, 7, "response trailers", count, NONE);
}

export function proxy_on_tick(root: i32): void {
  if (direction == NONE) return;
  const resumed = direction;
  direction = NONE;
  if (proxySetEffectiveContext(waiting) == 0) {
    say("resume");
    proxyContinue(resumed);
  }
}

export function proxy_on_delete(id: i32): void {
  if (id == waiting) direction = NONE;
}

function logAndReturn(id: i32, side: i32, digit: i32, name: string, size: i32, end: i32): i32 {
  let text = name;
  if (size != NONE) text += " " + size.toString();
  if (end == 1) text += " end";
  say(text);
  const value = <i32>load<u8>(config + digit) - 0x30;
  if (value != 0 && resumes) {
    waiting = id;
    direction = side;
  }
  return value;
}

function say(text: string): void {
  const bytes = String.UTF8.encode(text);
  proxyLog(INFO, changetype<usize>(bytes), bytes.byteLength);
}
