import type { HeaderMap } from "../message/header-map.js";
import type { Pair } from "../message/pairs.js";

/** The upstreams that plugins can call by gRPC. */
export interface GrpcUpstreams {
  /** Begins a call. Undefined if the call cannot be made; then no event follows. */
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

/** The events of a call, in this order. `closed` comes last, once. */
export interface GrpcEvents {
  initialMetadata(metadata: HeaderMap): void;
  message(bytes: Buffer): void;
  trailingMetadata(metadata: HeaderMap): void;
  closed(status: number, message: string): void;
}

/** A call in flight. */
export interface GrpcStream {
  send(message: Buffer, end: boolean): void;
  /** Ends the sending side; events still follow. */
  close(): void;
  /** Cancels the call; no event follows. */
  reset(): void;
}

/**
 * The message that a plugin reads beside the status: the upstream's text, followed by its origin as Envoy writes it.
 *
 * @example
 * closeMessage("no"); // "no{via_upstream}"
 */
export function closeMessage(text = "", details = "via_upstream"): string {
  return text === "" ? details : `${text}{${details}}`;
}
