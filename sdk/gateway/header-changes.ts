import type { HeaderChangeSpec } from "../spec/gateway-spec.js";
import { byteString, type HeaderMap } from "../host/index.js";

/** Changes headers as Envoy does: removes, then sets, then adds. A header with an empty value is not set or added. */
export function changeHeaders(map: HeaderMap, { remove = [], set = [], add = [] }: HeaderChangeSpec = {}): void {
  for (const name of remove) map.remove(byteString(name));
  for (const [name, value] of set) if (value !== "") map.set(byteString(name), byteString(value));
  for (const [name, value] of add) if (value !== "") map.add(byteString(name), byteString(value));
}
