import { BufferType, MapType } from "../abi.js";
import type { BufferView } from "../context.js";
import type { HeaderMap } from "../message/header-map.js";

/** What has come for a plugin and can be read within one callback: parts of answers, and the data of a call. */
export interface Parcel {
  callHeaders?: HeaderMap;
  callTrailers?: HeaderMap | undefined;
  callBody?: Buffer;
  grpcInitial?: HeaderMap;
  grpcTrailing?: HeaderMap;
  grpcMessage?: Buffer;
  redis?: Buffer;
  callData?: Buffer;
}

/** What a plugin's root holds for the callback that runs, and the status that `proxy_get_status` tells. */
export class Inbox {
  status: { code: number; message: string } = { code: 0, message: "" };
  private parcel: Parcel = {};

  put(parcel: Parcel): void {
    this.parcel = parcel;
  }

  /** The callback is over: what came is gone, the status' code stays. */
  clear(): void {
    this.parcel = {};
    this.status = { ...this.status, message: "" };
  }

  map(type: number): HeaderMap | undefined {
    const { parcel } = this;
    if (type === MapType.CallResponseHeaders) return parcel.callHeaders;
    if (type === MapType.CallResponseTrailers) return parcel.callTrailers;
    if (type === MapType.GrpcReceiveInitialMetadata) return parcel.grpcInitial;
    if (type === MapType.GrpcReceiveTrailingMetadata) return parcel.grpcTrailing;
    return undefined;
  }

  /** Undefined for NotFound. */
  buffer(type: number): BufferView | undefined {
    const { parcel } = this;
    if (type === BufferType.CallResponseBody) return fixed(parcel.callBody);
    if (type === BufferType.RedisCallResponse) return fixed(parcel.redis);
    // These two are there always, and mostly empty.
    if (type === BufferType.GrpcReceive) return fixed(parcel.grpcMessage) ?? "empty";
    return fixed(parcel.callData) ?? "empty";
  }
}

function fixed(bytes: Buffer | undefined): BufferView | undefined {
  return bytes ? { fixed: bytes } : undefined;
}
