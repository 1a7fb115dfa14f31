// A plugin on the raw ABI, to test the harness without the SDK. Its configuration and request headers decide what it
// does:
//
//   configuration "reject"   rejects the configuration
//   x-log: text              logs the text at level warn
//   x-reply: status          sends a local reply with that status, the configuration as header x-config and as body
//   x-trap: any              traps
//   otherwise                the request continues with the configuration as header x-config
//
// The VM keeps one configuration, not one per root context: give each plugin a vmId of its own.

// prettier-ignore
@external("env", "proxy_log")
declare function proxyLog(level: i32, data: usize, size: i32): i32;

// prettier-ignore
@external("env", "proxy_get_buffer_bytes")
declare function proxyGetBuffer(type: i32, start: i32, length: i32, data: usize, size: usize): i32;

// prettier-ignore
@external("env", "proxy_get_header_map_value")
declare function proxyGetHeader(map: i32, key: usize, keySize: i32, value: usize, size: usize): i32;

// prettier-ignore
@external("env", "proxy_replace_header_map_value")
declare function proxySetHeader(map: i32, key: usize, keySize: i32, value: usize, size: i32): i32;

// prettier-ignore
@external("env", "proxy_send_local_response")
declare function proxyReply(
  status: i32,
  details: usize,
  detailsSize: i32,
  body: usize,
  bodySize: i32,
  headers: usize,
  headersSize: i32,
  grpcStatus: i32,
): i32;

const PLUGIN_CONFIGURATION: i32 = 7;
const INFO: i32 = 2;
const WARN: i32 = 3;

// Where the host stores the address and the length of a result.
const pointer = memory.data(4);
const length = memory.data(4);

let config: usize = 0;
let configSize: i32 = 0;

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_context_create(id: i32, root: i32): void {}

export function proxy_on_configure(id: i32, size: i32): i32 {
  proxyGetBuffer(PLUGIN_CONFIGURATION, 0, size, pointer, length);
  config = load<u32>(pointer);
  configSize = size > 0 ? load<i32>(length) : 0;
  say(INFO, "configured");
  return equals("reject") ? 0 : 1;
}

export function proxy_on_request_headers(id: i32, count: i32, end: i32): i32 {
  if (header("x-trap")) unreachable();
  if (header("x-log")) proxyLog(WARN, load<u32>(pointer), load<i32>(length));
  if (header("x-reply")) {
    reply(I32.parseInt(String.UTF8.decodeUnsafe(load<u32>(pointer), load<i32>(length))));
    return 1;
  }
  const name = String.UTF8.encode("x-config");
  proxySetHeader(0, changetype<usize>(name), name.byteLength, config, configSize);
  return 0;
}

function say(level: i32, text: string): void {
  const bytes = String.UTF8.encode(text);
  proxyLog(level, changetype<usize>(bytes), bytes.byteLength);
}

function header(name: string): bool {
  const key = String.UTF8.encode(name);
  return proxyGetHeader(0, changetype<usize>(key), key.byteLength, pointer, length) == 0;
}

/**
 * Sends a local reply with one header in the ABI's format: count, sizes of name and value, then both with a NUL each.
 */
function reply(status: i32): void {
  const size = 4 + 8 + 9 + configSize + 1;
  const pairs = heap.alloc(size);
  memory.fill(pairs, 0, size);
  store<i32>(pairs, 1);
  store<i32>(pairs, 8, 4);
  store<i32>(pairs, configSize, 8);
  const name = String.UTF8.encode("x-config");
  memory.copy(pairs + 12, changetype<usize>(name), 8);
  memory.copy(pairs + 21, config, configSize);
  proxyReply(status, 0, 0, config, configSize, pairs, size, -1);
}

function equals(text: string): bool {
  const bytes = String.UTF8.encode(text);
  if (bytes.byteLength != configSize) return false;
  return memory.compare(changetype<usize>(bytes), config, configSize) == 0;
}
