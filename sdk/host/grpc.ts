import type { HeaderMap } from "./header-map.js";
import type { Pair } from "./pairs.js";

/** The upstreams that plugins may call by gRPC. */
export interface GrpcUpstreams {
  /** Begins a call; undefined where it cannot be made, and then nothing is heard of it. */
  open(request: GrpcRequest, events: GrpcEvents): GrpcStream | undefined;
}

export interface GrpcRequest {
  cluster: string;
  /** "package.Service" */
  service: string;
  method: string;
  metadata: readonly Pair[];
  /** 0 for no limit. */
  timeoutMs: number;
}

/** What comes of a call, in this order, and last `closed`, once. */
export interface GrpcEvents {
  initialMetadata(metadata: HeaderMap): void;
  message(bytes: Buffer): void;
  trailingMetadata(metadata: HeaderMap): void;
  closed(status: number, message: string): void;
}

/** A call on its way. */
export interface GrpcStream {
  send(message: Buffer, end: boolean): void;
  /** Sends no more; what comes is still heard. */
  close(): void;
  /** Breaks off; nothing more is heard. */
  reset(): void;
}
