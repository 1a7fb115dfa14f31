import type { Pair } from "../../host/index.js";

/** How the body of a message ends. */
export type Framing = "none" | "chunked" | "until-close" | number;

/** The start line and the headers of a message, each character one byte. */
export interface Head {
  /** Of a request. */
  method: string;
  target: string;
  /** Of a response. */
  status: number;
  /** 0 or 1, behind "HTTP/1.". */
  version: number;
  headers: Pair[];
}
