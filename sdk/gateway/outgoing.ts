import type { HeaderMap } from "../host/index.js";

/** A request on its way out of the gateway. Each write tells whether more may follow at once. */
export interface Outgoing {
  headers(map: HeaderMap, end: boolean, tunnel: boolean): boolean;
  data(bytes: Buffer, end: boolean): boolean;
  trailers(map: HeaderMap): boolean;
  /** Holds the answer back, or lets it come. */
  flow(paused: boolean): void;
  /** Gives the request up; nothing more comes of it. */
  abort(): void;
}
