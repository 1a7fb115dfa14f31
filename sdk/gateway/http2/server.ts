import { createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";

/** How the first bytes of a connection tell that it speaks HTTP/2: as much as Envoy looks at. */
const PREFACE = Buffer.from("PRI * HTTP/2");

/** How much a client may send on a stream before anybody reads it; to Envoy, also how much filters may hold of it. */
export const STREAM_WINDOW = 16 * 1024 * 1024;

/** Envoy's settings where Node's differ. */
const SETTINGS = {
  maxConcurrentStreams: 1024,
  initialWindowSize: STREAM_WINDOW,
};

/** The window of a whole connection. */
const CONNECTION_WINDOW = 24 * 1024 * 1024;
/** In MB, for all that the streams of one connection have waiting. */
const MOST_MEMORY = 128;

let server: Http2Server | undefined;

/** Whether a connection that begins with these bytes speaks HTTP/2. */
export function isHttp2(bytes: Buffer): boolean {
  return bytes.subarray(0, PREFACE.length).equals(PREFACE);
}

/** Speaks HTTP/2 on a client's connection from now on; what was read of it must have been put back. */
export function http2Session(socket: Socket): ServerHttp2Session {
  server ??= createServer({ settings: SETTINGS, maxSessionMemory: MOST_MEMORY, maxHeaderListPairs: 1000 });
  let session: ServerHttp2Session | undefined;
  server.once("session", (one) => (session = one));
  server.emit("connection", socket);
  session!.setLocalWindowSize(CONNECTION_WINDOW);
  return session!;
}
