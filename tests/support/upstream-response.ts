import { setTimeout as sleep } from "node:timers/promises";
import type { Socket } from "node:net";
import { headerLine, joined, type HeaderToSend } from "./http-request.js";

/** What an upstream shall answer. */
export interface UpstreamResponse {
  /** 200 by default. */
  status?: number;
  /** Content-length or transfer-encoding are added as the body needs, unless given. */
  headers?: readonly HeaderToSend[];
  body?: string;
  /** The body as base64, for bytes that are not UTF-8. */
  bodyBase64?: string;
  /** Sends the body in chunks, one by one. */
  chunks?: readonly string[];
  /** The same as base64, for bytes that are not UTF-8. */
  chunksBase64?: readonly string[];
  chunkDelayMs?: number;
  /** Sent after a chunked body, which their presence asks for. */
  trailers?: readonly HeaderToSend[];
  /** Waits before the answer. */
  delayMs?: number;
  /** Cuts the connection after the body, for one that is shorter than announced. */
  cut?: boolean;
  /** Cuts the connection instead of an answer. */
  reset?: boolean;
  /** Never answers. */
  hang?: boolean;
}

/** Writes an answer; `fallback` is the body when the answer names none. */
export async function writeResponse(socket: Socket, answer: UpstreamResponse, fallback: Buffer, toHead: boolean): Promise<void> {
  if (answer.delayMs) await sleep(answer.delayMs);
  if (socket.destroyed || answer.hang) return;
  if (answer.reset) {
    socket.resetAndDestroy();
    return;
  }
  const body = bodyOf(answer, fallback);
  const chunks = answer.chunksBase64?.map((chunk) => Buffer.from(chunk, "base64")) ?? answer.chunks;
  const chunked = chunks !== undefined || answer.trailers !== undefined;
  const headers = [...(answer.headers ?? [])];
  const has = (...names: string[]) => headers.some(([name]) => names.includes(name.toString("latin1").toLowerCase()));
  const status = answer.status ?? 200;
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
    if (answer.cut) socket.end();
    return;
  }
  for (const chunk of chunks ?? (body.length > 0 ? [body] : [])) {
    const data = Buffer.from(chunk as string);
    socket.write(joined(`${data.length.toString(16)}\r\n`, data, "\r\n"));
    if (answer.chunkDelayMs) await sleep(answer.chunkDelayMs);
  }
  socket.write(joined("0\r\n", ...(answer.trailers ?? []).map(headerLine), "\r\n"));
}

function bodyOf({ body, bodyBase64 }: UpstreamResponse, fallback: Buffer): Buffer {
  if (bodyBase64 !== undefined) return Buffer.from(bodyBase64, "base64");
  return body === undefined ? fallback : Buffer.from(body);
}
