import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { EnvoySpec } from "../spec/gateway-spec.js";
import type { ConnectionInfo, Plugin, Services } from "../host/index.js";
import type { Upstream } from "./upstream.js";

let connections = 0n;

/** A client's connection that a listener holds. */
export interface OpenConnection {
  /** How many requests of the client are being answered, or whether its bytes are being passed on. */
  readonly active: number;
  /** Ends after what is being done, or at once. */
  retire(): void;
  destroy(): void;
}

/** A port with its plugins. What its connections are is for HTTP and for TCP to say. */
export abstract class Listener {
  /** How many requests have lost their client. */
  abandoned = 0;
  private readonly server: Server;
  private readonly open = new Set<OpenConnection>();
  private onIdle: () => void = () => {};

  constructor(
    private readonly address: Pick<EnvoySpec["listeners"][number], "name" | "port">,
    readonly plugins: readonly Plugin[],
    readonly clusters: ReadonlyMap<string, Upstream>,
    readonly services: Services,
  ) {
    // Nothing is read before somebody wants to.
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

  /** How many requests are being answered. */
  get active(): number {
    return [...this.open].reduce((sum, { active }) => sum + active, 0);
  }

  /** @throws when the port cannot be had */
  listen(): Promise<void> {
    const port = this.address.port ?? 0;
    return new Promise((resolve, reject) => {
      this.server.once("error", (error: NodeJS.ErrnoException) => {
        const why =
          error.code === "EADDRINUSE" ? "is taken: stop what listens there" : `cannot be used (${error.code})`;
        reject(new Error(`port ${port} on 127.0.0.1 ${why}`));
      });
      this.server.listen(port, "127.0.0.1", resolve);
    });
  }

  /** Takes no more requests, lets those that are there end, and cuts what is left after the grace. */
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

  /** A connection is over. */
  gone(connection: OpenConnection): void {
    this.open.delete(connection);
    if (this.open.size === 0) this.onIdle();
  }

  /** Takes a client's connection, which is paused, and tells `gone` when it is over: not at once. */
  protected abstract accept(socket: Socket, info: ConnectionInfo): OpenConnection;
}

function infoOf(socket: Socket): ConnectionInfo {
  return {
    id: ++connections,
    source: `${socket.remoteAddress ?? ""}:${socket.remotePort ?? 0}`,
    destination: `${socket.localAddress ?? ""}:${socket.localPort ?? 0}`,
  };
}
