import type { Pair } from "../../host/index.js";
import { HttpError } from "./error.js";
import { checkLength } from "./framing.js";
import type { Framing, Head } from "./message.js";

/** The callbacks of a parser. */
export interface MessageHandler {
  /** Called with the head. Returns how the body ends. */
  head(head: Head): Framing;
  /** Called with bytes of the body, without the framing of chunks. Bytes that arrive together come in one call. */
  data(bytes: Buffer): void;
  /** Called at the end of the message. */
  end(trailers: Pair[] | undefined): void;
}

const MAX_HEAD = 60 * 1024;
const MAX_HEADERS = 100;
const MAX_LINE = 16 * 1024;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;
/** The methods that Envoy's parser knows. */
const METHODS = new Set(
  (
    "ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MOVE MSEARCH NOTIFY " +
    "OPTIONS PATCH POST PROPFIND PROPPATCH PURGE PUT QUERY REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND UNLINK UNLOCK " +
    "UNSUBSCRIBE"
  ).split(" "),
);

/** The syntax of a request's target. `requestHeaders` checks the rest. */
const PATH = /^[/*][!-~]*$/;
const HOST = "@?(?:[!$-.0-;=A-Z[\\]_a-z~]@?)*";
const HOST_ALONE = new RegExp(`^${HOST}(?:[/?][!-~]*)?$`);
const WITH_SCHEME = new RegExp(`^[A-Za-z][A-Za-z0-9+.-]*://${HOST}(?:[/?][!-~]*)?$`);

/**
 * Parses the HTTP/1 messages of one connection as their bytes arrive. After each message, the parser waits for
 * `resume`.
 *
 * @throws HttpError from `push` and `resume` when the bytes are not HTTP
 */
export class MessageParser {
  private rest: Buffer = Buffer.alloc(0);
  private state: "start" | "body" | "chunk-size" | "chunk" | "chunk-end" | "trailers" | "tunnel" | "waiting" = "start";
  private left = 0;
  private readonly bodyParts: Buffer[] = [];
  /** The HTTP version of the message that is being read; 1 until it is known. */
  version = 1;

  constructor(
    private readonly kind: "request" | "response",
    private readonly handler: MessageHandler,
  ) {}

  /** Whether the parser is between two messages. */
  get isBetween(): boolean {
    return this.state === "waiting" || (this.state === "start" && this.rest.length === 0);
  }

  /** The number of bytes that wait for `resume`. */
  get pending(): number {
    return this.rest.length;
  }

  push(bytes: Buffer): void {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    this.run();
  }

  /** Continues with the next message. */
  resume(): void {
    if (this.state === "waiting") this.state = "start";
    this.run();
  }

  /** Call this at the end of the connection. Returns false when the end is inside a message. */
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

  /** Makes one step. Returns false when more bytes are needed, or the next message must wait. */
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
      case "chunk-end":
        // Like Envoy's parser, ignores the content of this line.
        if (this.line(MAX_LINE) === undefined) return false;
        this.state = "chunk-size";
        return true;
      case "chunk-size":
        return this.readChunkSize();
      case "trailers": {
        const block = this.block();
        if (block === undefined) return false;
        const trailers = headersOf(block);
        checkCount(trailers);
        return this.ended(trailers.length > 0 ? trailers : undefined);
      }
    }
  }

  private readHead(): boolean {
    // Empty lines before a request are skipped.
    let skip = 0;
    while (this.kind === "request" && (this.rest[skip] === 0x0d || this.rest[skip] === 0x0a)) skip++;
    if (skip > 0) this.rest = this.rest.subarray(skip);
    if (this.rest.length === 0) return false;
    this.version = 1;
    if (this.kind === "response" && this.rest[0] !== 0x48) throw new HttpError(502, "not a status line");
    const block = this.lineAlone() ?? this.block();
    if (block === undefined) return false;
    const [line = "", ...lines] = block;
    const start = this.kind === "request" ? requestLine(line) : statusLine(line);
    const head = { ...start, headers: headersOf(lines) };
    checkLength(head.headers, this.kind === "request" ? 400 : 502);
    this.version = start.version;
    checkCount(head.headers);
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
    const start = this.rest.toString("latin1", 0, 64);
    const size = /^0*[0-9a-fA-F]{0,16}(?=$|[ \t;\r\n])/.exec(start)?.[0];
    if (size === undefined || /^[^0-9a-fA-F]/.test(start))
      throw new HttpError(400, "a chunk does not start with its size");
    const end = this.rest.indexOf(0x0a);
    const line = this.line(MAX_LINE);
    if (line === undefined) return false;
    if (line.length === end || line.includes("\r"))
      throw new HttpError(400, "a chunk's size does not end with CR and LF");
    this.left = Number.parseInt(size, 16);
    this.state = this.left === 0 ? "trailers" : "chunk";
    // The whole body is delivered before the trailers are read.
    if (this.left === 0) this.flush();
    return true;
  }

  private ended(trailers: Pair[] | undefined): boolean {
    this.flush();
    this.state = "waiting";
    this.handler.end(trailers);
    return true;
  }

  /** Takes up to `most` bytes of a body. Returns how many. */
  private take(most: number): number {
    const size = Math.min(most, this.rest.length);
    if (size === 0) return 0;
    this.bodyParts.push(this.rest.subarray(0, size));
    this.rest = this.rest.subarray(size);
    return size;
  }

  private flush(): void {
    if (this.bodyParts.length === 0) return;
    const bytes = this.bodyParts.length === 1 ? this.bodyParts[0]! : Buffer.concat(this.bodyParts);
    this.bodyParts.length = 0;
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

  /** The lines up to an empty line; undefined when they are incomplete. */
  private block(): string[] | undefined {
    const end = endOfBlock(this.rest);
    if ((end ?? this.rest.length) > MAX_HEAD)
      throw new HttpError(431, "the headers are too long", "http1.headers_too_large");
    if (end === undefined) {
      if (this.state === "start") this.checkStart();
      return undefined;
    }
    const text = this.rest.toString("latin1", 0, end);
    this.rest = this.rest.subarray(end);
    const lines = text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
    return lines.slice(0, lines.indexOf(""));
  }

  /** Rejects a wrong first line before the rest of the head arrives. */
  private checkStart(): void {
    const line = this.firstLine();
    if (line === undefined) return;
    if (this.kind === "request") requestLine(line);
    else statusLine(line);
  }

  /** The first line of a request without headers (HTTP/0.9); undefined for other requests. */
  private lineAlone(): string[] | undefined {
    const line = this.kind === "request" ? this.firstLine() : undefined;
    return line !== undefined && requestLine(line).alone ? [this.line(MAX_HEAD)!] : undefined;
  }

  private firstLine(): string | undefined {
    const end = this.rest.indexOf(0x0a);
    return end < 0 ? undefined : this.rest.toString("latin1", 0, end).replace(/\r$/, "");
  }
}

/** The index behind the empty line that ends a head. Lines may end with LF alone. */
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

/**
 * Parses a request line like Envoy: any version other than 1.1 counts as 1.0, and without a version no headers follow.
 */
function requestLine(text: string): Omit<Head, "headers"> & { alone: boolean } {
  // Envoy's parser reads a CR inside this line as a space.
  const line = text.replaceAll("\r", " ");
  if (/^[A-Z]/.test(line)) checkCharacters(line);
  const [, method = "", target = "", version = ""] = /^([^ \t]+)[ \t]+([!-~]+)(?:[ \t]+(.*?))?[ \t]*$/.exec(line) ?? [];
  const isTarget = PATH.test(target) || (method === "CONNECT" ? HOST_ALONE : WITH_SCHEME).test(target);
  if (!METHODS.has(method) || !isTarget || !/^(HTTP\/\d\.\d)?$/.test(version)) {
    throw new HttpError(400, `not a request line: ${JSON.stringify(line)}`);
  }
  return { method, target, status: 0, version: /HTTP\/1\.1[ \t]*$/.test(line) ? 1 : 0, alone: version === "" };
}

function checkCharacters(text: string): void {
  if (!CONTROL.test(text)) return;
  throw new HttpError(400, `${JSON.stringify(text)} contains a control character`, "http1.invalid_characters");
}

/** Parses a status line like Envoy: any version other than 1.1 counts as 1.0. */
function statusLine(line: string): Omit<Head, "headers"> {
  checkCharacters(line.replaceAll("\r", " "));
  const found = /^HTTP\/(\d\.\d)[ \t\r]+(\d{1,9})(?:[ \t\r].*)?$/.exec(line);
  if (!found) throw new HttpError(502, `not a status line: ${JSON.stringify(line)}`);
  return { method: "", target: "", status: Number(found[2]) & 0xffff, version: found[1] === "1.1" ? 1 : 0 };
}

function headersOf(lines: readonly string[]): Pair[] {
  const headers: Pair[] = [];
  for (const line of lines) {
    const last = headers.at(-1);
    if (/^[ \t]/.test(line) && last) {
      // The value continues in this line.
      headers[headers.length - 1] = [last[0], `${last[1]} ${line.trim()}`.trim()];
      continue;
    }
    checkCharacters(line.replaceAll("\r", ""));
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0));
    // Envoy's parser ignores a CR inside a value.
    const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$|\r/g, "");
    if (!TOKEN.test(name)) throw new HttpError(400, `${JSON.stringify(name)} is not a header name`);
    headers.push([name, value]);
  }
  return headers;
}

function checkCount(headers: readonly Pair[]): void {
  if (headers.length > MAX_HEADERS) throw new HttpError(431, "there are too many headers", "http1.too_many_headers");
}
