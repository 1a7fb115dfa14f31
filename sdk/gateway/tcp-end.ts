import type { Socket } from "node:net";
import { CloseType } from "../host/index.js";
import { Reads } from "./reads.js";

/** The events of a TCP socket. */
export interface TcpEndEvents {
  /** Received bytes; with `end`, the last ones. */
  data(bytes: Buffer, end: boolean): void;
  /** Called when more can be written. */
  drained(): void;
  /**
   * Called once when the socket is closed. `by` is the side that closed last; `reset` is true when the peer reset the
   * connection.
   */
  closed(by: CloseType.Local | CloseType.Remote, reset: boolean): void;
}

/**
 * A socket with the behaviour of Envoy: reads all available bytes at once, and stays open until both sides have ended.
 */
export class TcpEnd {
  private readonly reads: Reads;
  private pending: Buffer[] = [];
  private hasEnd = false;
  private isScheduled = false;
  private hasRead = false;
  private hasWritten = false;
  private isClosing = false;
  private isClosed = false;
  private isReset = false;

  constructor(
    private readonly socket: Socket,
    private readonly events: TcpEndEvents,
  ) {
    this.reads = new Reads(socket);
    socket.on("data", (bytes: Buffer) => {
      this.pending.push(bytes);
      this.schedule();
    });
    socket.on("end", () => {
      this.hasEnd = true;
      this.schedule();
    });
    socket.on("drain", () => events.drained());
    socket.on("finish", () => {
      this.hasWritten = true;
      if (this.isClosing || this.hasRead) this.close(CloseType.Local);
    });
    socket.on("error", ({ code }: NodeJS.ErrnoException) => (this.isReset = code === "ECONNRESET"));
    socket.on("close", () => {
      // When both sides have ended, the system closes the socket before the end is delivered.
      if (this.hasEnd && !this.hasRead) this.deliver();
      this.close(CloseType.Remote);
    });
  }

  /** Writes bytes. Returns whether more can be written at once. */
  write(bytes: Buffer, end: boolean): boolean {
    if (this.isClosed || this.socket.writableEnded) return true;
    const ready = bytes.length === 0 || this.socket.write(bytes);
    if (end) this.socket.end();
    return ready;
  }

  /** Pauses reading for a reason, or removes the reason. */
  hold(reason: string, held: boolean): void {
    this.reads.set(reason, held);
  }

  /** Closes when all written bytes are sent. Nothing is read meanwhile. */
  closeAfterWriting(): void {
    if (this.isClosing || this.isClosed) return;
    this.isClosing = true;
    this.hold("closing", true);
    if (this.socket.writableLength === 0) this.close(CloseType.Local);
    else if (!this.socket.writableEnded) this.socket.end();
  }

  /** Closes at once. */
  close(by: CloseType.Local | CloseType.Remote): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.socket.destroy();
    this.events.closed(by, this.isReset);
  }

  /** Resets the connection. */
  reset(): void {
    if (!this.isClosed) this.socket.resetAndDestroy();
    this.close(CloseType.Local);
  }

  /**
   * Delivers received bytes two turns of the event loop later: Envoy reads bytes that arrive together, and the end with
   * them, as one chunk. Node reports an end that is already there in the next turn.
   */
  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => setImmediate(() => this.deliver()));
  }

  private deliver(): void {
    this.isScheduled = false;
    if (this.isClosed || this.isClosing) return;
    const bytes = Buffer.concat(this.pending);
    this.pending = [];
    this.events.data(bytes, this.hasEnd);
    if (!this.hasEnd) return;
    this.hasRead = true;
    if (this.hasWritten) this.close(CloseType.Remote);
  }
}
