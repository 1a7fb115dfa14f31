import { MapType, Status } from "../abi/enums";
import { proxy_get_header_map_value } from "../abi/imports";
import { addressSlot, sizeSlot } from "../abi/memory";
import { encodeUtf8 } from "../abi/utf8";

/** Asks the host for the first value of a header, in lower case, of the selected context; if `Ok`, `takenText()` is it. */
export function askHeader(map: MapType, name: string): Status {
  const bytes = encodeUtf8(name);
  return proxy_get_header_map_value(map, changetype<usize>(bytes), bytes.byteLength, addressSlot(), sizeSlot());
}
