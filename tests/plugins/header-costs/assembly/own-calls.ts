// The same plugin, with a host call of its own: then no write waits, because the host call could see the headers.
import { proxy_get_header_map_size } from "as-proxy-wasm-sdk/assembly/abi/imports";
import "./index";

/** The number of bytes of the request headers. */
export function sizeOfRequest(slot: usize): i32 {
  return proxy_get_header_map_size(0, slot) == 0 ? load<i32>(slot) : 0;
}
