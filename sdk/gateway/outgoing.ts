import type { HeaderMap, Pair } from "../host/index.js";
import type { ResetReason } from "../host/message/upstream-failures.js";
import type { Head } from "./http1/message.js";

/** A request on its way to an upstream. Each write returns whether more can be written at once. */
export interface Outgoing {
  /** The gateway's address of the established connection, and how long the request waited for it, in nanoseconds. */
  readonly local?: { address: string; waited: bigint } | undefined;
  headers(map: HeaderMap, end: boolean, tunnel: boolean): boolean;
  data(bytes: Buffer, end: boolean): boolean;
  trailers(map: HeaderMap): boolean;
  /** Pauses or resumes the response. */
  flow(paused: boolean): void;
  /** Cancels the request. No more events follow. */
  abort(): void;
}

/** The events of a request to an upstream. */
export interface UpstreamEvents {
  /** An interim response (1xx). The final response follows. */
  interim?(): void;
  response(head: Head, end: boolean): void;
  data(bytes: Buffer): void;
  /** The end of the response; with the last bytes if the protocol marks them. */
  end(trailers: Pair[] | undefined, last?: Buffer): void;
  reset(reason: ResetReason): void;
  /** The request cannot be sent, because of the problem that `requestProblem` found. */
  refused(problem: string): void;
  /** Called when more of the request can be written. */
  drained(): void;
}
