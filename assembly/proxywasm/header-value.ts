import { MapType, Status } from "../abi/enums";
import { proxy_get_header_map_value } from "../abi/imports";
import { addressSlot, sizeSlot } from "../abi/memory";
import { encodeUtf8 } from "../abi/utf8";

/**
 * Requests the first value of a header from the host, for the selected context. `name` is in lower case. If the status is
 * `Ok`, `takenText()` returns the value.
 */
export function requestHeader(map: MapType, name: string): Status {
  const bytes = encodeUtf8(name);
  return proxy_get_header_map_value(map, changetype<usize>(bytes), bytes.byteLength, addressSlot(), sizeSlot());
}
