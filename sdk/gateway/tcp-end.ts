import type { Socket } from "node:net";
import { CloseType } from "../host/index.js";
import { Reads } from "./reads.js";

/** What comes of one end of a connection. */
export interface TcpEndEvents {
  /** Bytes, and whether they are the last. */
  data(bytes: Buffer, end: boolean): void;
  /** More can be written. */
  drained(): void;
  /** It is closed, once: both halves are, by whoever was last, or it broke; `reset` if the other side has broken it off. */
  closed(by: CloseType.Local | CloseType.Remote, reset: boolean): void;
}

/** A socket as Envoy has it: read in pieces as large as they come, and open until both sides have ended. */
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
      // The system has closed it already where both sides have ended.
      if (this.hasEnd && !this.hasRead) this.deliver();
      this.close(CloseType.Remote);
    });
  }

  /** Writes; whether more may follow at once. */
  write(bytes: Buffer, end: boolean): boolean {
    if (this.isClosed || this.socket.writableEnded) return true;
    const ready = bytes.length === 0 || this.socket.write(bytes);
    if (end) this.socket.end();
    return ready;
  }

  /** Holds reading back for a reason, or lets it go on. */
  hold(reason: string, held: boolean): void {
    this.reads.set(reason, held);
  }

  /** Closes when what was written is out, which may be at once. What comes meanwhile is not read. */
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

  /** Breaks the connection off. */
  reset(): void {
    if (!this.isClosed) this.socket.resetAndDestroy();
    this.close(CloseType.Local);
  }

  /**
   * Not at once: what has come together, the end among it, is one piece for Envoy. Where the end is there already, it is
   * read in the next turn of the event loop.
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
