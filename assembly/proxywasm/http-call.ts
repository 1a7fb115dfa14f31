import { MapType, Status } from "../abi/enums";
import { proxy_get_header_map_pairs, proxy_http_call } from "../abi/imports";
import { addressSlot, numberSlot, sizeSlot, takenBytes } from "../abi/memory";
import { encodePairs, isReadable, Pairs } from "../abi/pairs";
import { encodeUtf8 } from "../abi/utf8";

/** The result of sending a call. */
export class Dispatched {
  constructor(
    readonly status: Status,
    /** The token of the call, which its response carries. */
    readonly token: u32,
  ) {}
}

/** Sends a request to a cluster. The root context gets the HTTP call response, with the token. */
export function dispatchHttpCall(cluster: string, headers: string[][], body: ArrayBuffer, timeoutMs: u32): Dispatched {
  const name = encodeUtf8(cluster);
  const pairs = encodePairs(headers);
  if (!isReadable(headers.length, pairs)) return new Dispatched(Status.SerializationFailure, 0);
  const status = proxy_http_call(
    changetype<usize>(name),
    name.byteLength,
    changetype<usize>(pairs),
    pairs.byteLength,
    changetype<usize>(body),
    body.byteLength,
    0,
    0,
    timeoutMs,
    numberSlot(),
  );
  return new Dispatched(status, load<u32>(numberSlot()));
}

/** The headers of the HTTP call response that the current callback is for; no pairs if the call failed. */
export function callResponseHeaders(): Pairs {
  const status = proxy_get_header_map_pairs(MapType.HttpCallResponseHeaders, addressSlot(), sizeSlot());
  return new Pairs(status == Status.Ok ? takenBytes() : new ArrayBuffer(0));
}
