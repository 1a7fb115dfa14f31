import { BufferType, MapType } from "../abi.js";
import type { BufferView } from "../message/byte-buffer.js";
import type { HeaderMap } from "../message/header-map.js";

/**
 * Maps and buffers that a plugin can read during one callback: parts of a call result, or the data of a foreign call.
 */
export interface CallbackParts {
  callHeaders?: HeaderMap;
  callTrailers?: HeaderMap | undefined;
  callBody?: Buffer;
  grpcInitial?: HeaderMap;
  grpcTrailing?: HeaderMap;
  grpcMessage?: Buffer;
  redis?: Buffer;
  callData?: Buffer;
}

/** The data that a root context holds for the callback that runs, and the status that `proxy_get_status` reads. */
export class CallbackData {
  status: { code: number; message: string } = { code: 0, message: "" };
  private parts: CallbackParts = {};

  set(parts: CallbackParts): void {
    this.parts = parts;
  }

  /** Drops the data when the callback is over. The code of the status stays. */
  clear(): void {
    this.parts = {};
    this.status = { ...this.status, message: "" };
  }

  map(type: number): HeaderMap | undefined {
    const { parts } = this;
    if (type === MapType.CallResponseHeaders) return parts.callHeaders;
    if (type === MapType.CallResponseTrailers) return parts.callTrailers;
    if (type === MapType.GrpcReceiveInitialMetadata) return parts.grpcInitial;
    if (type === MapType.GrpcReceiveTrailingMetadata) return parts.grpcTrailing;
    return undefined;
  }

  /** Undefined for NotFound. */
  buffer(type: number): BufferView | undefined {
    const { parts } = this;
    if (type === BufferType.CallResponseBody) return fixed(parts.callBody);
    if (type === BufferType.RedisCallResponse) return fixed(parts.redis);
    // These two buffers always exist; mostly they are empty.
    if (type === BufferType.GrpcReceive) return fixed(parts.grpcMessage) ?? "empty";
    return fixed(parts.callData) ?? "empty";
  }
}

function fixed(bytes: Buffer | undefined): BufferView | undefined {
  return bytes ? { fixed: bytes } : undefined;
}
