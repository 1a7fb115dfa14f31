import type { Http2Stream } from "node:http2";

/** The parts of an HTTP/2 message after its headers. */
export interface IncomingEvents {
  /** A chunk of the body; with `end`, the last one of the message. */
  data(bytes: Buffer, end: boolean): void;
  /** The trailers, which end the message, as a flat list of names and values. */
  trailers(raw: readonly string[]): void;
}

/**
 * Reads the body of an HTTP/2 message. The last chunk carries the end of the message, as in HTTP/2 frames. Node's
 * module reports the end separately, in the same turn of the event loop.
 */
export class Incoming {
  private readonly pending: Buffer[] = [];
  private ended = false;
  private isScheduled = false;
  private rawTrailers: readonly string[] | undefined;

  /** @param hasEnded whether the message has ended, asked when Node has read its last byte; false if it was reset */
  constructor(
    stream: Http2Stream,
    private readonly events: IncomingEvents,
    hasEnded: () => boolean = () => !stream.aborted && stream.rstCode === 0,
  ) {
    stream.on("data", (bytes: Buffer) => {
      this.pending.push(bytes);
      this.schedule();
    });
    stream.on("trailers", (_headers: object, _flags: number, raw: string[]) => (this.rawTrailers = raw));
    stream.on("end", () => {
      if (!hasEnded()) return;
      this.ended = true;
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => this.deliver());
  }

  private deliver(): void {
    this.isScheduled = false;
    const chunks = this.pending.splice(0);
    const endsWithBody = this.ended && this.rawTrailers === undefined;
    if (endsWithBody && chunks.length === 0) chunks.push(Buffer.alloc(0));
    for (const [index, bytes] of chunks.entries()) {
      this.events.data(bytes, endsWithBody && index === chunks.length - 1);
    }
    if (this.ended && this.rawTrailers) this.events.trailers(this.rawTrailers);
  }
}
