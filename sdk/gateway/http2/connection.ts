import type { ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { ConnectionInfo } from "../../host/index.js";
import type { HttpListener } from "../http-listener.js";
import type { OpenConnection } from "../listener.js";
import { pairsOf } from "./fields.js";
import { http2Session } from "./server.js";
import { ClientStream } from "./client-stream.js";

/** A client's connection that speaks HTTP/2: any number of requests at once. */
export class Http2Connection implements OpenConnection {
  private readonly session: ServerHttp2Session;
  private readonly streams = new Set<ClientStream>();

  /** @param gone hears of the connection's end, once and not at once */
  constructor(socket: Socket, listener: HttpListener, info: ConnectionInfo, gone: () => void) {
    this.session = http2Session(socket);
    this.session.on("stream", (stream: ServerHttp2Stream, _headers: object, flags: number, raw: string[]) => {
      const one: ClientStream = new ClientStream(stream, listener, info, () => this.streams.delete(one));
      this.streams.add(one);
      one.begin(pairsOf(raw), flags);
    });
    this.session.on("error", () => {});
    // A client that sends no more is gone, as for Envoy.
    socket.on("end", () => this.session.destroy());
    this.session.on("close", gone);
  }

  get active(): number {
    return this.streams.size;
  }

  /** Tells the client to ask for nothing more here (GOAWAY), and ends after what it has asked for. */
  retire(): void {
    this.session.close();
  }

  destroy(): void {
    this.session.destroy();
  }
}
