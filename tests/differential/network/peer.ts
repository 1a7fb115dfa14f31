import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** One side of a connection, with what it has received. */
export class Peer {
  received = "";
  /** How the connection ended for this side. */
  ended: "open" | "end" | "reset" = "open";

  constructor(readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => (this.received += bytes.toString("latin1")));
    socket.on("end", () => (this.ended = "end"));
    socket.on("error", ({ code }: NodeJS.ErrnoException) => {
      // Errors of writing to a closed connection do not matter.
      if (code === "ECONNRESET" && this.ended === "open") this.ended = "reset";
    });
  }

  static client(port: number): Promise<Peer> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new Peer(socket));
      });
    });
  }

  send(bytes: string | Buffer, end: boolean): void {
    const { socket } = this;
    if (socket.destroyed || socket.writableEnded) return;
    if (end) socket.end(bytes);
    else socket.write(bytes);
  }

  /** What this side has received, as a line of text. */
  get summary(): string {
    const { received, ended } = this;
    const text = received.length > 1000 ? `${received.length} bytes` : JSON.stringify(received);
    return `${text}, ${ended}`;
  }
}

/** An upstream that keeps its connections open and sends nothing by itself. */
export class UpstreamPeers {
  /** The connections since the last `begin`. */
  peers: Peer[] = [];
  private readonly server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    this.peers.push(new Peer(socket));
  });

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return (this.server.address() as AddressInfo).port;
  }

  begin(): void {
    this.peers = [];
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
