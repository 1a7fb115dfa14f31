import { createServer, type AddressInfo, type Server } from "node:net";
import type { ListenerSpec } from "../envoy/spec.js";
import { DEFAULT_BUFFER_LIMIT, type Plugin, type Services } from "../host/index.js";
import { ClientConnection } from "./client-connection.js";
import { RouteTable } from "./routes.js";
import type { Upstream } from "./upstream.js";

let connections = 0n;

/** A port with its plugins and routes. */
export class Listener {
  readonly routes: RouteTable;
  readonly bufferLimit = DEFAULT_BUFFER_LIMIT;
  /** How many requests have lost their client. */
  abandoned = 0;
  private readonly server: Server;
  private readonly open = new Set<ClientConnection>();
  private onIdle: () => void = () => {};

  constructor(
    private readonly spec: ListenerSpec,
    readonly plugins: readonly Plugin[],
    readonly clusters: ReadonlyMap<string, Upstream>,
    readonly services: Services,
  ) {
    this.routes = new RouteTable(spec.routes);
    this.server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
      this.open.add(new ClientConnection(socket, this, ++connections));
    });
  }

  get name(): string {
    return this.spec.name;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** How many requests are being answered. */
  get active(): number {
    return [...this.open].filter(({ isActive }) => isActive).length;
  }

  allowsUpgrade(protocol: string): boolean {
    return (this.spec.upgrades ?? []).some((one) => one.toLowerCase() === protocol.toLowerCase());
  }

  /** @throws when the port cannot be had */
  listen(): Promise<void> {
    const port = this.spec.port ?? 0;
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

  gone(connection: ClientConnection): void {
    this.open.delete(connection);
    if (this.open.size === 0) this.onIdle();
  }
}
