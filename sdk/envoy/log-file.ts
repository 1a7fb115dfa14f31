import { closeSync, openSync, readSync, truncateSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { RecentText } from "./recent-text.js";

/** How much of a log is kept; see `StartOptions`. */
export interface LogLimits {
  mostLog?: number;
  mostLogFile?: number;
}

const DEFAULT_LIMIT = 128 * 1024 * 1024;

/** A log file that another process appends to. Reads are synchronous, so they return everything written before. */
export class LogFile {
  private readonly file: number;
  private readonly buffer = Buffer.alloc(1 << 16);
  private readonly decoder = new StringDecoder("utf8");
  private readonly recent: RecentText;
  private readonly mostLogFile: number;
  /** The position in the file at which the next read begins. */
  private position = 0;
  private closed = false;

  constructor(
    private readonly path: string,
    { mostLog = DEFAULT_LIMIT, mostLogFile = Number.POSITIVE_INFINITY }: LogLimits = {},
  ) {
    this.file = openSync(path, "r");
    this.recent = new RecentText(mostLog);
    this.mostLogFile = mostLogFile;
  }

  /** The position of the end of the log. */
  get end(): number {
    this.read();
    return this.recent.end;
  }

  /** The position of the first character that is kept. */
  get start(): number {
    return this.recent.start;
  }

  /** The kept text between two positions; up to the end by default. */
  text(from: number, to?: number): string {
    this.read();
    return this.recent.slice(from, to);
  }

  /** The last characters of the log. */
  tail(most: number): string {
    return this.text(this.end - most);
  }

  /** Reads the rest of the file. Then the file may be removed. */
  close(): void {
    if (this.closed) return;
    this.read();
    this.closed = true;
    closeSync(this.file);
  }

  private read(): void {
    if (this.closed) return;
    for (;;) {
      const size = readSync(this.file, this.buffer, 0, this.buffer.length, this.position);
      if (size === 0) break;
      this.position += size;
      this.recent.add(this.decoder.write(this.buffer.subarray(0, size)));
    }
    if (this.position <= this.mostLogFile) return;
    truncateSync(this.path);
    this.position = 0;
  }
}
