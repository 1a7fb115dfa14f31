import type { HeaderMap } from "../host/index.js";

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
