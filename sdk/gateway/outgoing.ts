import type { HeaderMap, Pair } from "../host/index.js";
import type { ResetReason } from "../host/message/upstream-failures.js";
import type { Head } from "./http1/message.js";

/** A request on its way out of the gateway. Each write tells whether more may follow at once. */
export interface Outgoing {
  /** Our end of its connection, once it stands, and how long the request waited for that, in nanoseconds. */
  readonly local?: { address: string; waited: bigint } | undefined;
  headers(map: HeaderMap, end: boolean, tunnel: boolean): boolean;
  data(bytes: Buffer, end: boolean): boolean;
  trailers(map: HeaderMap): boolean;
  /** Holds the answer back, or lets it come. */
  flow(paused: boolean): void;
  /** Gives the request up; nothing more comes of it. */
  abort(): void;
}

/** What comes of a request to an upstream. */
export interface UpstreamEvents {
  /** An answer that only tells that the real one will come. */
  interim?(): void;
  response(head: Head, end: boolean): void;
  data(bytes: Buffer): void;
  /** With the last bytes, where the upstream's protocol says which these are. */
  end(trailers: Pair[] | undefined, last?: Buffer): void;
  reset(reason: ResetReason): void;
  /** The request is none that can be sent; why, see `requestProblem`. */
  refused(problem: string): void;
  /** More of the request can be written. */
  drained(): void;
}
