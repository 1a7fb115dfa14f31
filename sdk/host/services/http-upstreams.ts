import type { HeaderMap } from "../message/header-map.js";
import type { Pair } from "../message/pairs.js";

/** The upstreams that plugins can call by HTTP. */
export interface Upstreams {
  has(cluster: string): boolean;
  /** The addresses of a cluster's hosts, each with its details as JSON. For plugins of Higress. */
  hosts?(cluster: string): readonly Pair[];
  /**
   * Sends a request. The host calls `done` once, with the result. The returned function cancels the call; `done` is
   * then not called.
   */
  call(request: CallRequest, done: (result: CallResult) => void): () => void;
}

export interface CallRequest {
  cluster: string;
  headers: HeaderMap;
  body: Buffer;
  /** Envoy accepts trailers and does not send them. */
  trailers: readonly Pair[];
  /** 0 for no limit. */
  timeoutMs: number;
}

/**
 * The result of an HTTP call. "response" includes the 503 or 504 that the gateway makes if the upstream sends no
 * response; "reset" means that the response broke off.
 */
export type CallResult =
  { kind: "response"; headers: HeaderMap; body: Buffer; trailers?: HeaderMap } | { kind: "reset" };
