import type { HeaderToSend } from "../support/http-request.js";

/** Headers of a response that say something about its connection. */
export const HOP_BY_HOP: HeaderToSend[] = [
  ["connection", "x-hop, keep-alive"],
  ["keep-alive", "timeout=5"],
  ["x-hop", "1"],
  ["proxy-connection", "keep-alive"],
  ["upgrade", "h2c"],
];
