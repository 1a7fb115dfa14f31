import type { Socket } from "node:net";
import type { ByteSource } from "./http-message.js";

/** The bytes that a socket receives, as a `ByteSource`. */
export class SocketSource implements ByteSource {
  private buffer: Buffer = Buffer.alloc(0);
  private ended = false;
  private error: Error | undefined;
  private wake: () => void = () => {};

  constructor(socket: Socket) {
    socket.on("data", (chunk: Buffer) => {
      this.buffer = Buffer.concat([this.buffer, chunk]);
      this.wake();
    });
    const end = () => {
      this.ended = true;
      this.wake();
    };
    socket.on("end", end);
    socket.on("close", end);
    socket.on("error", (error) => {
      this.error = error;
      end();
    });
  }

  /** The bytes that have arrived and were not read yet. */
  get pending(): Buffer {
    return this.buffer;
  }

  async until(delimiter: string): Promise<Buffer | undefined> {
    for (;;) {
      const at = this.buffer.indexOf(delimiter, 0, "latin1");
      if (at >= 0) return this.take(at + delimiter.length);
      if (!this.ended) await this.more();
      else if (this.buffer.length === 0 && !this.error) return undefined;
      else throw this.cut();
    }
  }

  async exactly(length: number): Promise<Buffer> {
    while (this.buffer.length < length) {
      if (this.ended) throw this.cut(length);
      await this.more();
    }
    return this.take(length);
  }

  async rest(): Promise<Buffer> {
    while (!this.ended) await this.more();
    return this.take(this.buffer.length);
  }

  private more(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve));
  }

  private take(length: number): Buffer {
    const taken = this.buffer.subarray(0, length);
    this.buffer = this.buffer.subarray(length);
    return taken;
  }

  private cut(wanted?: number): Error {
    const why = this.error ? `the connection broke (${this.error.message})` : "the connection ended";
    const missing = wanted === undefined ? "" : ` after ${this.buffer.length} of ${wanted} bytes`;
    return new Error(`${why} within a message${missing}: ${JSON.stringify(this.buffer.toString("latin1", 0, 200))}`);
  }
}
