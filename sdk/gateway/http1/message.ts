import type { Pair } from "../../host/index.js";

/** How the body of a message ends. */
export type Framing = "none" | "chunked" | "until-close" | number;

/** The start line and the headers of a message. Each character stands for one byte. */
export interface Head {
  /** The method of a request; "" for a response. */
  method: string;
  /** The target of a request; "" for a response. */
  target: string;
  /** The status code of a response; 0 for a request. */
  status: number;
  /** The HTTP version: 0 or 1, behind "HTTP/1.". */
  version: number;
  headers: Pair[];
}
