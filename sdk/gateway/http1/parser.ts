import type { Pair } from "../../host/index.js";
import { HttpError } from "./error.js";

/** How the body of a message ends. */
export type Framing = "none" | "chunked" | "until-close" | number;

/** The start line and the headers of a message, each character one byte. */
export interface Head {
  /** Of a request. */
  method: string;
  target: string;
  /** Of a response. */
  status: number;
  /** 0 or 1, behind "HTTP/1.". */
  version: number;
  headers: Pair[];
}

/** What a parser tells. */
export interface MessageHandler {
  /** The head has come; says how the body ends. */
  head(head: Head): Framing;
  /** Bytes of the body: all that came in one piece, without their chunks. */
  data(bytes: Buffer): void;
  /** The message has ended. */
  end(trailers: Pair[] | undefined): void;
}

const MAX_HEAD = 60 * 1024;
const MAX_HEADERS = 100;
const MAX_LINE = 16 * 1024;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;
/** Those that Envoy's parser knows. */
const METHODS = new Set(
  (
    "ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MOVE MSEARCH NOTIFY " +
    "OPTIONS PATCH POST PROPFIND PROPPATCH PURGE PUT REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND UNLINK UNLOCK " +
    "UNSUBSCRIBE"
  ).split(" "),
);

/**
 * Takes HTTP/1 messages of one connection apart, as they come. After each message it waits for `resume`.
 *
 * @throws HttpError from `push` and `resume` when what came is no HTTP
 */
export class MessageParser {
  private rest: Buffer = Buffer.alloc(0);
  private state: "start" | "body" | "chunk-size" | "chunk" | "chunk-end" | "trailers" | "tunnel" | "waiting" = "start";
  private left = 0;
  private readonly gathered: Buffer[] = [];

  constructor(
    private readonly kind: "request" | "response",
    private readonly handler: MessageHandler,
  ) {}

  /** Whether no message has begun, or the last has ended. */
  get isBetween(): boolean {
    return this.state === "waiting" || (this.state === "start" && this.rest.length === 0);
  }

  /** Bytes that wait for `resume`. */
  get pending(): number {
    return this.rest.length;
  }

  push(bytes: Buffer): void {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    this.run();
  }

  /** Goes on with the next message. */
  resume(): void {
    if (this.state === "waiting") this.state = "start";
    this.run();
  }

  /** The connection has ended; false if that was within a message. */
  finish(): boolean {
    if (this.state !== "tunnel") return this.isBetween;
    this.state = "waiting";
    this.handler.end(undefined);
    return true;
  }

  private run(): void {
    while (this.step());
    this.flush();
  }

  /** One step; false when more bytes must come, or the next message must wait. */
  private step(): boolean {
    switch (this.state) {
      case "waiting":
        return false;
      case "start":
        return this.readHead();
      case "tunnel":
        return this.take(this.rest.length) > 0;
      case "body":
        this.left -= this.take(this.left);
        return this.left === 0 ? this.ended(undefined) : false;
      case "chunk":
        this.left -= this.take(this.left);
        if (this.left > 0) return false;
        this.state = "chunk-end";
        return true;
      case "chunk-end": {
        const line = this.line(2);
        if (line === undefined) return false;
        if (line !== "") throw new HttpError(400, "a chunk is longer than its size");
        this.state = "chunk-size";
        return true;
      }
      case "chunk-size":
        return this.readChunkSize();
      case "trailers": {
        const block = this.block();
        if (block === undefined) return false;
        const trailers = headersOf(block);
        return this.ended(trailers.length > 0 ? trailers : undefined);
      }
    }
  }

  private readHead(): boolean {
    // Empty lines before a request are passed over.
    let skip = 0;
    while (this.kind === "request" && (this.rest[skip] === 0x0d || this.rest[skip] === 0x0a)) skip++;
    if (skip > 0) this.rest = this.rest.subarray(skip);
    const block = this.block();
    if (block === undefined) return false;
    const [first = "", ...lines] = block;
    const start = this.kind === "request" ? requestLine(first) : statusLine(first);
    const head = { ...start, headers: headersOf(lines) };
    const framing = this.handler.head(head);
    if (framing === "none" || framing === 0) return this.ended(undefined);
    if (framing === "chunked") this.state = "chunk-size";
    else if (framing === "until-close") this.state = "tunnel";
    else {
      this.state = "body";
      this.left = framing;
    }
    return true;
  }

  private readChunkSize(): boolean {
    const line = this.line(MAX_LINE);
    if (line === undefined) return false;
    const size = /^([0-9a-fA-F]{1,13})[ \t]*(?:;.*)?$/.exec(line)?.[1];
    if (size === undefined) throw new HttpError(400, "a chunk does not start with its size");
    this.left = Number.parseInt(size, 16);
    this.state = this.left === 0 ? "trailers" : "chunk";
    return true;
  }

  private ended(trailers: Pair[] | undefined): boolean {
    this.flush();
    this.state = "waiting";
    this.handler.end(trailers);
    return true;
  }

  /** Takes up to some bytes of a body. */
  private take(most: number): number {
    const size = Math.min(most, this.rest.length);
    if (size === 0) return 0;
    this.gathered.push(this.rest.subarray(0, size));
    this.rest = this.rest.subarray(size);
    return size;
  }

  private flush(): void {
    if (this.gathered.length === 0) return;
    const bytes = this.gathered.length === 1 ? this.gathered[0]! : Buffer.concat(this.gathered);
    this.gathered.length = 0;
    this.handler.data(bytes);
  }

  private line(limit: number): string | undefined {
    const end = this.rest.indexOf(0x0a);
    if (end < 0) {
      if (this.rest.length > limit) throw new HttpError(400, "a line is too long");
      return undefined;
    }
    const line = this.rest.toString("latin1", 0, this.rest[end - 1] === 0x0d ? end - 1 : end);
    this.rest = this.rest.subarray(end + 1);
    return line;
  }

  /** Lines up to an empty one. */
  private block(): string[] | undefined {
    const end = endOfBlock(this.rest);
    if ((end ?? this.rest.length) > MAX_HEAD) throw new HttpError(431, "the headers are too long");
    if (end === undefined) {
      if (this.state === "start") this.checkStart();
      return undefined;
    }
    const text = this.rest.toString("latin1", 0, end);
    this.rest = this.rest.subarray(end);
    const lines = text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
    return lines.slice(0, lines.indexOf(""));
  }

  /** What cannot become a head is refused before the rest has come. */
  private checkStart(): void {
    const end = this.rest.indexOf(0x0a);
    if (end < 0) return;
    const line = this.rest.toString("latin1", 0, end).replace(/\r$/, "");
    if (this.kind === "request") requestLine(line);
    else statusLine(line);
  }
}

/** The index behind the empty line that ends a head; lines may end with LF alone. */
function endOfBlock(bytes: Buffer): number | undefined {
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0) return undefined;
    const length = end - start;
    if (length === 0 || (length === 1 && bytes[start] === 0x0d)) return end + 1;
    start = end + 1;
  }
}

/** As Envoy reads it: a version that is not 1.1 counts as 1.0. */
function requestLine(line: string): Omit<Head, "headers"> {
  const [, method, target, version] = /^([A-Z]+)[ \t]+([!-~]+)[ \t]+HTTP\/(\d\.\d)[ \t]*$/.exec(line) ?? [];
  if (!METHODS.has(method ?? "")) throw new HttpError(400, `not a request line: ${JSON.stringify(line)}`);
  return { method: method!, target: target!, status: 0, version: version === "1.1" ? 1 : 0 };
}

function statusLine(line: string): Omit<Head, "headers"> {
  const found = /^HTTP\/1\.([01]) (\d{3})(?: .*)?$/.exec(line);
  if (!found) throw new HttpError(502, `not a status line: ${JSON.stringify(line)}`);
  return { method: "", target: "", status: Number(found[2]), version: Number(found[1]) };
}

function headersOf(lines: readonly string[]): Pair[] {
  const headers: Pair[] = [];
  for (const line of lines) {
    const last = headers.at(-1);
    if (/^[ \t]/.test(line) && last) {
      // A value that goes on in the next line.
      headers[headers.length - 1] = [last[0], `${last[1]} ${line.trim()}`.trim()];
      continue;
    }
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0));
    // Envoy's parser passes over a CR within a value.
    const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$|\r/g, "");
    if (!TOKEN.test(name)) throw new HttpError(400, `${JSON.stringify(name)} is not a header name`);
    if (CONTROL.test(value)) throw new HttpError(400, `the header ${name} holds a control character`);
    headers.push([name, value]);
  }
  if (headers.length > MAX_HEADERS) throw new HttpError(431, "there are too many headers");
  return headers;
}
