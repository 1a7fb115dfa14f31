import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { connectionAccepted } from "./accepting.js";

/** How many connections may wait to be accepted. With Node's 511, many clients that connect at once wait for a second. */
const BACKLOG = 4096;

/**
 * A port on 127.0.0.1. The port can pass from one listener to another without a moment in which connections are
 * rejected.
 *
 * @example
 * const port = new Port(0);
 * await port.open();
 * port.receive((socket) => socket.end());
 */
export class Port {
  private readonly server: Server;
  private receiver: ((socket: Socket) => void) | undefined;
  /** Connections that arrived before the port has a listener. */
  private readonly waiting: Socket[] = [];

  constructor(
    /** The wanted port; 0 for any free port. */
    private readonly wanted: number,
  ) {
    // Connections start paused: their protocol decides when to read.
    this.server = createServer({ noDelay: true, allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
      connectionAccepted();
      if (this.receiver) this.receiver(socket);
      else this.waiting.push(socket);
    });
  }

  get number(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** @throws Error when the port is in use or cannot be used */
  open(): Promise<void> {
    const { wanted } = this;
    return new Promise((resolve, reject) => {
      this.server.once("error", (error: NodeJS.ErrnoException) => {
        const why =
          error.code === "EADDRINUSE"
            ? "is in use: stop the process that listens there"
            : `cannot be used (${error.code})`;
        reject(new Error(`port ${wanted} on 127.0.0.1 ${why}`));
      });
      this.server.listen(wanted, "127.0.0.1", BACKLOG, resolve);
    });
  }

  /** Passes all new connections to a listener. */
  receive(receiver: (socket: Socket) => void): void {
    this.receiver = receiver;
    for (const socket of this.waiting.splice(0)) receiver(socket);
  }

  /** Accepts no more connections. Resolves when all connections of the port have ended. */
  close(): Promise<void> {
    for (const socket of this.waiting.splice(0)) socket.destroy();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
