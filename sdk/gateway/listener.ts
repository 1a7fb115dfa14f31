import type { Socket } from "node:net";
import type { ConnectionInfo, Services } from "../host/index.js";
import type { Port } from "./port.js";

let connections = 0n;

/** How long idle connections of a removed listener stay open for requests that are on their way. */
const DRAIN_MS = 1000;

/** An open connection of a client. */
export interface OpenConnection {
  /** The number of requests in flight; 1 for a TCP connection. */
  readonly active: number;
  /** Closes the connection after the requests in flight. */
  retire(): void;
  destroy(): void;
}

/**
 * A listener: its connections, and the settings that a spec gives it. New requests get the settings that are in force.
 * The subclasses serve HTTP and TCP.
 */
export abstract class Listener<Settings = unknown> {
  /** The number of requests whose client disconnected before the end of the response. */
  abandoned = 0;
  /** The listener was removed: clients are asked to close their connections. */
  isDraining = false;
  private readonly open = new Set<OpenConnection>();
  private readonly onIdle = new Set<() => void>();

  constructor(
    readonly name: string,
    /** Put other settings in force by setting them. */
    public settings: Settings,
    readonly services: Services,
  ) {}

  /** The number of requests in flight. */
  get active(): number {
    return [...this.open].reduce((sum, { active }) => sum + active, 0);
  }

  /** The number of open connections. */
  get connections(): number {
    return this.open.size;
  }

  /** Takes the new connections of a port. */
  listen(port: Port): void {
    port.receive((socket) => this.open.add(this.accept(socket, infoOf(socket))));
  }

  /** Lets requests in flight end, and cuts connections that are open after the grace period. */
  async stop(graceMs: number): Promise<void> {
    for (const connection of this.open) connection.retire();
    const timer = setTimeout(() => {
      for (const connection of this.open) connection.destroy();
    }, graceMs);
    await this.idle();
    clearTimeout(timer);
  }

  /** Lets requests in flight end, however long they take, and asks clients to close their connections. */
  async drain(): Promise<void> {
    this.isDraining = true;
    const timer = setTimeout(() => {
      for (const connection of this.open) connection.retire();
    }, DRAIN_MS);
    await this.idle();
    clearTimeout(timer);
  }

  /** Removes a closed connection. */
  gone(connection: OpenConnection): void {
    this.open.delete(connection);
    if (this.open.size > 0) return;
    for (const idle of this.onIdle) idle();
    this.onIdle.clear();
  }

  /**
   * Serves a client's connection, which is paused, and calls `gone` when it is closed, never before this method
   * returns.
   */
  protected abstract accept(socket: Socket, info: ConnectionInfo): OpenConnection;

  /** Resolves when no connection is open. */
  private idle(): Promise<void> {
    return this.open.size === 0 ? Promise.resolve() : new Promise((resolve) => this.onIdle.add(resolve));
  }
}

function infoOf(socket: Socket): ConnectionInfo {
  return {
    id: ++connections,
    source: `${socket.remoteAddress ?? ""}:${socket.remotePort ?? 0}`,
    destination: `${socket.localAddress ?? ""}:${socket.localPort ?? 0}`,
  };
}
