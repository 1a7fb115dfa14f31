import { performServerHandshake, type ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";

/** The first bytes of an HTTP/2 connection. Envoy compares the same number of bytes. */
const PREFACE = Buffer.from("PRI * HTTP/2");

/**
 * How many bytes a client may send on a stream before they are read. In Envoy, also how many bytes filters may buffer.
 */
export const STREAM_WINDOW = 16 * 1024 * 1024;

/** Envoy's settings that differ from Node's defaults. */
const SETTINGS = {
  maxConcurrentStreams: 1024,
  initialWindowSize: STREAM_WINDOW,
};

/** The window of a whole connection. */
const CONNECTION_WINDOW = 24 * 1024 * 1024;
/** The limit in MB for the buffers of all streams of a connection. */
const MOST_MEMORY = 128;

/** Whether a connection that begins with these bytes speaks HTTP/2. */
export function isHttp2(bytes: Buffer): boolean {
  return bytes.subarray(0, PREFACE.length).equals(PREFACE);
}

/** Starts HTTP/2 on a client's connection. Bytes that were read must be put back with `unshift` first. */
export function http2Session(socket: Socket): ServerHttp2Session {
  const options = { settings: SETTINGS, maxSessionMemory: MOST_MEMORY, maxHeaderListPairs: 1000 };
  const session = performServerHandshake(socket, options);
  if (!session.destroyed) session.setLocalWindowSize(CONNECTION_WINDOW);
  return session;
}
