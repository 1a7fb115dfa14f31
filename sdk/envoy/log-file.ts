import { closeSync, openSync, readSync, truncateSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { RecentText } from "./recent-text.js";

/** How much of a log is kept, see `StartOptions`. */
export interface LogLimits {
  mostLog?: number;
  mostLogFile?: number;
}

const MOST_LOG = 128 * 1024 * 1024;

/** A log file that another process appends to. Reads are synchronous: what was written before is seen. */
export class LogFile {
  private readonly file: number;
  private readonly buffer = Buffer.alloc(1 << 16);
  private readonly decoder = new StringDecoder("utf8");
  private readonly recent: RecentText;
  private readonly mostLogFile: number;
  /** Where the next read begins, in the file. */
  private position = 0;
  private closed = false;

  constructor(
    private readonly path: string,
    { mostLog = MOST_LOG, mostLogFile = Number.POSITIVE_INFINITY }: LogLimits = {},
  ) {
    this.file = openSync(path, "r");
    this.recent = new RecentText(mostLog);
    this.mostLogFile = mostLogFile;
  }

  /** Where the log ends by now. */
  get end(): number {
    this.read();
    return this.recent.end;
  }

  /** Where what is kept of it begins. */
  get start(): number {
    return this.recent.start;
  }

  /** The log between two positions, by default up to its end, as far as it is kept. */
  text(from: number, to?: number): string {
    this.read();
    return this.recent.slice(from, to);
  }

  /** So many characters from its end. */
  tail(most: number): string {
    return this.text(this.end - most);
  }

  /** Reads the rest; afterwards the file may be removed. */
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
