import type { ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { ConnectionInfo } from "../../host/index.js";
import type { HttpListener } from "../http-listener.js";
import type { OpenConnection } from "../listener.js";
import { pairsOf } from "./fields.js";
import { http2Session } from "./server.js";
import { ClientStream } from "./client-stream.js";

/** An HTTP/2 connection of a client, with any number of requests at the same time. */
export class Http2Connection implements OpenConnection {
  private readonly session: ServerHttp2Session;
  private readonly streams = new Set<ClientStream>();

  /** @param gone called once when the connection ends, never before the constructor returns */
  constructor(socket: Socket, listener: HttpListener, info: ConnectionInfo, gone: () => void) {
    this.session = http2Session(socket);
    this.session.on("stream", (stream: ServerHttp2Stream, _headers: object, flags: number, raw: string[]) => {
      const one: ClientStream = new ClientStream(stream, listener, info, () => this.streams.delete(one));
      this.streams.add(one);
      one.begin(pairsOf(raw), flags);
    });
    this.session.on("error", () => {});
    // Like Envoy, treats a half-closed connection as closed.
    socket.on("end", () => this.session.destroy());
    this.session.on("close", gone);
  }

  get active(): number {
    return this.streams.size;
  }

  /** Sends GOAWAY, and closes after the requests in flight. */
  retire(): void {
    this.session.close();
  }

  destroy(): void {
    this.session.destroy();
  }
}
