import { setTimeout as sleep } from "node:timers/promises";
import type { Socket } from "node:net";
import { headerLine, joined, type HeaderToSend } from "./http-request.js";
import { pause } from "./pace.js";

/** The response that a test upstream sends. */
export interface UpstreamResponse {
  /** 200 by default. */
  status?: number;
  /** The upstream adds the content-length or transfer-encoding that the body needs, unless one of them is given. */
  headers?: readonly HeaderToSend[];
  body?: string;
  /** The body as base64, for bytes that are not UTF-8. */
  bodyBase64?: string;
  /** Sends the body chunked, one chunk after the other. */
  chunks?: readonly string[];
  /** The chunks as base64, for bytes that are not UTF-8. */
  chunksBase64?: readonly string[];
  /** Waits after each chunk. */
  chunkDelayMs?: number;
  /** Sent after the body. A body with trailers is sent chunked. */
  trailers?: readonly HeaderToSend[];
  /** Waits before the response. */
  delayMs?: number;
  /** Closes the connection after the body, for a body that is shorter than its content-length. */
  cut?: boolean;
  /** Resets the connection instead of sending a response. */
  reset?: boolean;
  /** Never responds. */
  hang?: boolean;
}

/** Writes a response. If the response has no body, `fallback` is sent. `toHead`: the request was a HEAD request. */
export async function writeResponse(
  socket: Socket,
  response: UpstreamResponse,
  fallback: Buffer,
  toHead: boolean,
): Promise<void> {
  if (response.delayMs) await sleep(response.delayMs);
  if (socket.destroyed || response.hang) return;
  if (response.reset) {
    socket.resetAndDestroy();
    return;
  }
  const body = bodyOf(response, fallback);
  const chunks = response.chunksBase64?.map((chunk) => Buffer.from(chunk, "base64")) ?? response.chunks;
  const chunked = chunks !== undefined || response.trailers !== undefined;
  const headers = [...(response.headers ?? [])];
  const has = (...names: string[]) => headers.some(([name]) => names.includes(name.toString("latin1").toLowerCase()));
  const status = response.status ?? 200;
  const bodiless = status === 204 || status === 304;
  if (!bodiless && !has("content-length", "transfer-encoding")) {
    headers.push(chunked ? ["transfer-encoding", "chunked"] : ["content-length", String(body.length)]);
  }
  socket.write(
    joined(`HTTP/1.1 ${status} ${status === 200 ? "OK" : "Status"}\r\n`, ...headers.map(headerLine), "\r\n"),
  );
  if (toHead || bodiless) return;
  if (!chunked) {
    socket.write(body);
    if (response.cut) socket.end();
    return;
  }
  for (const chunk of chunks ?? (body.length > 0 ? [body] : [])) {
    const data = Buffer.from(chunk as string);
    socket.write(joined(`${data.length.toString(16)}\r\n`, data, "\r\n"));
    if (response.chunkDelayMs) await pause(response.chunkDelayMs);
  }
  socket.write(joined("0\r\n", ...(response.trailers ?? []).map(headerLine), "\r\n"));
}

function bodyOf({ body, bodyBase64 }: UpstreamResponse, fallback: Buffer): Buffer {
  if (bodyBase64 !== undefined) return Buffer.from(bodyBase64, "base64");
  return body === undefined ? fallback : Buffer.from(body);
}
