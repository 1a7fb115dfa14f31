import { connect, type Socket } from "node:net";
import type { HeaderMap } from "../host/index.js";
import type { Outgoing, UpstreamEvents } from "./outgoing.js";
import { Reads } from "./reads.js";

/** The upstream connection of a CONNECT request. Bytes pass in both directions as they are. */
export class Tunnel implements Outgoing {
  private readonly socket: Socket;
  private readonly reads: Reads;
  private connected = false;
  private over = false;

  constructor(address: string, port: number, events: UpstreamEvents) {
    this.socket = connect({ host: address, port, noDelay: true, allowHalfOpen: true });
    this.reads = new Reads(this.socket);
    this.socket.once("connect", () => {
      this.connected = true;
      events.response({ status: 200, headers: [], method: "", target: "", version: 1 }, false);
    });
    this.socket.on("data", (bytes: Buffer) => events.data(bytes));
    this.socket.on("drain", () => events.drained());
    this.socket.on("end", () => this.finish(() => events.end(undefined)));
    this.socket.on("error", () => {});
    this.socket.on("close", () =>
      this.finish(() => events.reset(this.connected ? "connection termination" : "remote connection failure")),
    );
  }

  headers(_map: HeaderMap, end: boolean): boolean {
    if (end) this.socket.end();
    return true;
  }

  data(bytes: Buffer, end: boolean): boolean {
    const ready = bytes.length === 0 || this.socket.write(bytes);
    if (end) this.socket.end();
    return ready;
  }

  trailers(): boolean {
    this.socket.end();
    return true;
  }

  flow(paused: boolean): void {
    this.reads.set("client", paused);
  }

  abort(): void {
    this.over = true;
    this.socket.destroy();
  }

  private finish(report: () => void): void {
    if (this.over) return;
    this.over = true;
    report();
  }
}
