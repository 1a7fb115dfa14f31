import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { GatewaySpec } from "../spec/gateway-spec.js";
import type { ConnectionInfo, Plugin, Services } from "../host/index.js";
import type { Upstream } from "./upstream.js";

let connections = 0n;

/** An open connection of a client. */
export interface OpenConnection {
  /** The number of requests in flight; 1 for a TCP connection. */
  readonly active: number;
  /** Closes the connection after the requests in flight. */
  retire(): void;
  destroy(): void;
}

/** A port with its plugins. The subclasses serve HTTP and TCP. */
export abstract class Listener {
  /** The number of requests whose client disconnected before the end of the response. */
  abandoned = 0;
  private readonly server: Server;
  private readonly open = new Set<OpenConnection>();
  private onIdle: () => void = () => {};

  constructor(
    private readonly address: Pick<GatewaySpec["listeners"][number], "name" | "port">,
    readonly plugins: readonly Plugin[],
    readonly clusters: ReadonlyMap<string, Upstream>,
    readonly services: Services,
  ) {
    // Connections start paused: their protocol decides when to read.
    this.server = createServer({ noDelay: true, allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
      this.open.add(this.accept(socket, infoOf(socket)));
    });
  }

  get name(): string {
    return this.address.name;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The number of requests in flight. */
  get active(): number {
    return [...this.open].reduce((sum, { active }) => sum + active, 0);
  }

  /** @throws Error when the port is in use or cannot be used */
  listen(): Promise<void> {
    const port = this.address.port ?? 0;
    return new Promise((resolve, reject) => {
      this.server.once("error", (error: NodeJS.ErrnoException) => {
        const why =
          error.code === "EADDRINUSE"
            ? "is in use: stop the process that listens there"
            : `cannot be used (${error.code})`;
        reject(new Error(`port ${port} on 127.0.0.1 ${why}`));
      });
      this.server.listen(port, "127.0.0.1", resolve);
    });
  }

  /**
   * Stops accepting requests, lets requests in flight end, and cuts connections that are open after the grace period.
   */
  async stop(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    const idle = new Promise<void>((resolve) => (this.onIdle = resolve));
    for (const connection of this.open) connection.retire();
    if (this.open.size > 0) {
      const timer = setTimeout(() => {
        for (const connection of this.open) connection.destroy();
      }, graceMs);
      await idle;
      clearTimeout(timer);
    }
    await closed;
  }

  /** Removes a closed connection. */
  gone(connection: OpenConnection): void {
    this.open.delete(connection);
    if (this.open.size === 0) this.onIdle();
  }

  /**
   * Serves a client's connection, which is paused, and calls `gone` when it is closed, never before this method
   * returns.
   */
  protected abstract accept(socket: Socket, info: ConnectionInfo): OpenConnection;
}

function infoOf(socket: Socket): ConnectionInfo {
  return {
    id: ++connections,
    source: `${socket.remoteAddress ?? ""}:${socket.remotePort ?? 0}`,
    destination: `${socket.localAddress ?? ""}:${socket.localPort ?? 0}`,
  };
}
