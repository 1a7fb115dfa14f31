import type { Socket } from "node:net";
import type { ConnectionInfo } from "../host/index.js";
import { afterAccepting } from "./accepting.js";
import { ClientConnection } from "./client-connection.js";
import { Http2Connection } from "./http2/connection.js";
import { isHttp2 } from "./http2/server.js";
import type { HttpListener } from "./http-listener.js";
import type { OpenConnection } from "./listener.js";

/**
 * A client's connection, with or without TLS. ALPN chooses between HTTP/1 and HTTP/2; without ALPN, the first bytes of
 * the connection do.
 */
export class HttpConnection implements OpenConnection {
  private inner: OpenConnection | undefined;
  private readonly gone: () => void;

  constructor(
    private socket: Socket,
    private readonly listener: HttpListener,
    private readonly info: ConnectionInfo,
  ) {
    const { tls } = listener.settings;
    this.gone = () => listener.gone(this);
    this.watch(socket);
    if (!tls) this.sniff();
    tls?.accept(socket, (secured, facts) => {
      socket.off("close", this.gone);
      this.socket = secured;
      this.watch(secured);
      info.tls = facts;
      if (secured.alpnProtocol === "h2") this.begin(true);
      else this.sniff();
    });
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

  private watch(socket: Socket): void {
    socket.on("error", () => {});
    socket.once("close", this.gone);
  }

  private sniff(): void {
    const { socket } = this;
    const early = () => socket.destroy();
    socket.once("end", early);
    socket.once("data", (bytes: Buffer) => {
      socket.pause();
      socket.unshift(bytes);
      afterAccepting(() => {
        socket.off("end", early);
        if (!socket.destroyed) this.begin(isHttp2(bytes));
      });
    });
    socket.resume();
  }

  private begin(http2: boolean): void {
    const { socket, listener, info, gone } = this;
    socket.off("close", gone);
    this.inner = http2
      ? new Http2Connection(socket, listener, info, gone)
      : new ClientConnection(socket, listener, info, gone);
  }
}
