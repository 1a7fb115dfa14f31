import type { HeaderMap } from "../host/index.js";

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
