import type { Socket } from "node:net";
import type { ConnectionInfo } from "../host/index.js";
import { ClientConnection } from "./client-connection.js";
import { Http2Connection } from "./http2/connection.js";
import { isHttp2 } from "./http2/server.js";
import type { HttpListener } from "./http-listener.js";
import type { OpenConnection } from "./listener.js";

/** A client's connection. Its first bytes show whether the client speaks HTTP/1 or HTTP/2. */
export class HttpConnection implements OpenConnection {
  private inner: OpenConnection | undefined;

  constructor(
    private readonly socket: Socket,
    listener: HttpListener,
    info: ConnectionInfo,
  ) {
    const gone = () => listener.gone(this);
    const early = () => socket.destroy();
    socket.on("error", () => {});
    socket.once("end", early);
    socket.once("close", gone);
    socket.once("data", (bytes: Buffer) => {
      socket.pause();
      socket.unshift(bytes);
      socket.off("end", early);
      socket.off("close", gone);
      this.inner = isHttp2(bytes)
        ? new Http2Connection(socket, listener, info, gone)
        : new ClientConnection(socket, listener, info, gone);
    });
    socket.resume();
  }

  get active(): number {
    return this.inner?.active ?? 0;
  }

  retire(): void {
    if (this.inner) this.inner.retire();
    else this.socket.destroy();
  }

  destroy(): void {
    if (this.inner) this.inner.destroy();
    else this.socket.destroy();
  }
}
