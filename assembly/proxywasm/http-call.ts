import { settle } from "../abi/entry";
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
export function dispatchHttpCall(
  cluster: string,
  headers: string[][],
  body: ArrayBuffer,
  trailers: string[][],
  timeoutMs: u32,
): Dispatched {
  const name = encodeUtf8(cluster);
  const pairs = encodePairs(headers);
  const last = trailers.length == 0 ? new ArrayBuffer(0) : encodePairs(trailers);
  if (!isReadable(headers.length, pairs) || !isReadable(trailers.length, last)) {
    return new Dispatched(Status.SerializationFailure, 0);
  }
  settle();
  const status = proxy_http_call(
    changetype<usize>(name),
    name.byteLength,
    changetype<usize>(pairs),
    pairs.byteLength,
    changetype<usize>(body),
    body.byteLength,
    changetype<usize>(last),
    last.byteLength,
    timeoutMs,
    numberSlot(),
  );
  return new Dispatched(status, load<u32>(numberSlot()));
}

/** The headers of the HTTP call response that the current callback is for; no pairs if the call failed. */
export function callResponseHeaders(): Pairs {
  return readPairs(MapType.HttpCallResponseHeaders);
}

/** The trailers of the HTTP call response that the current callback is for. */
export function callResponseTrailers(): Pairs {
  return readPairs(MapType.HttpCallResponseTrailers);
}

/** Reads a header map; no pairs if the host has no such map now. */
export function readPairs(map: MapType): Pairs {
  const status = proxy_get_header_map_pairs(map, addressSlot(), sizeSlot());
  return new Pairs(status == Status.Ok ? takenBytes() : new ArrayBuffer(0));
}
