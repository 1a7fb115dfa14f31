import type { Http2Stream } from "node:http2";

/** What a message of HTTP/2 consists of, behind its headers. */
export interface IncomingEvents {
  /** A piece of the body, and whether it ends the message. */
  data(bytes: Buffer, end: boolean): void;
  /** Trailers, which end the message; names and values one after the other. */
  trailers(raw: readonly string[]): void;
}

/**
 * Reads the body of a message of HTTP/2. The last piece says that it is the last, as in HTTP/2's own frames: Node's module
 * tells of the end on its own, within the same turn of the event loop.
 */
export class Incoming {
  private readonly pending: Buffer[] = [];
  private ended = false;
  private isScheduled = false;
  private rawTrailers: readonly string[] | undefined;

  constructor(
    stream: Http2Stream,
    private readonly events: IncomingEvents,
  ) {
    stream.on("data", (bytes: Buffer) => {
      this.pending.push(bytes);
      this.schedule();
    });
    stream.on("trailers", (_headers: object, _flags: number, raw: string[]) => (this.rawTrailers = raw));
    stream.on("end", () => {
      // A stream that was reset has not ended.
      if (stream.aborted || stream.rstCode !== 0) return;
      this.ended = true;
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => this.tell());
  }

  private tell(): void {
    this.isScheduled = false;
    const pieces = this.pending.splice(0);
    const endsWithBody = this.ended && this.rawTrailers === undefined;
    if (endsWithBody && pieces.length === 0) pieces.push(Buffer.alloc(0));
    for (const [index, bytes] of pieces.entries()) {
      this.events.data(bytes, endsWithBody && index === pieces.length - 1);
    }
    if (this.ended && this.rawTrailers) this.events.trailers(this.rawTrailers);
  }
}
