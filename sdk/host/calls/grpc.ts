import type { HeaderMap } from "../message/header-map.js";
import type { Pair } from "../message/pairs.js";

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

/**
 * What a plugin is told besides the status: the message as it was sent, and, as from Envoy, where it comes from.
 *
 * @example
 * closeMessage("no"); // "no{via_upstream}"
 */
export function closeMessage(text = "", details = "via_upstream"): string {
  return text === "" ? details : `${text}{${details}}`;
}
