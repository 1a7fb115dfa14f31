import type { HeaderToSend } from "../support/http-request.js";

/** Response headers that concern one connection only, which proxies do not pass on. */
export const HOP_BY_HOP: HeaderToSend[] = [
  ["connection", "x-hop, keep-alive"],
  ["keep-alive", "timeout=5"],
  ["x-hop", "1"],
  ["proxy-connection", "keep-alive"],
  ["upgrade", "h2c"],
];
