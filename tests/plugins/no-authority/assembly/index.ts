// Removes the authority from every request. Uses the raw ABI, because the SDK does not allow this.

// prettier-ignore
@external("env", "proxy_remove_header_map_value")
declare function removeHeader(map: i32, key: usize, keySize: i32): i32;

export function proxy_abi_version_0_2_1(): void {}

export function malloc(size: i32): usize {
  return heap.alloc(size);
}

export function proxy_on_context_create(id: i32, root: i32): void {}

export function proxy_on_request_headers(id: i32, count: i32, endOfStream: i32): i32 {
  const name = String.UTF8.encode(":authority");
  removeHeader(0, changetype<usize>(name), name.byteLength);
  return 0;
}
