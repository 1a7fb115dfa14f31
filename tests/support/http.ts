import { connect, type Socket } from "node:net";
import { declaredFraming, headerValue, headerValues, readMessage, type Framing, type Header } from "./http-message.js";
import { requestBytes, type HttpRequest } from "./http-request.js";
import { SocketSource } from "./socket-source.js";
import { pause } from "./pace.js";

export type { HeaderToSend, HttpRequest } from "./http-request.js";

/** A response as received. */
export interface HttpResponse {
  status: number;
  statusLine: string;
  /** Includes repeated headers. Names keep their case, values are latin1. */
  headers: Header[];
  body: Buffer;
  /** The body read as UTF-8. */
  text: string;
  trailers: Header[];
  /** The status codes of the 1xx responses that came before. */
  interim: number[];
  /** The value of the first header of that name. */
  header(name: string): string | undefined;
  /** The values of all headers of that name. */
  all(name: string): string[];
}

const DEFAULT_LIMIT_MS = 5000;

/**
 * Sends one request on a connection of its own.
 *
 * @throws "no response within N ms" when the time is over
 * @example
 * const response = await request(port, { target: "/foo", headers: [["x-bytes", Buffer.from([0xff])]] });
 */
export async function request(port: number, what: HttpRequest | Buffer, limitMs?: number): Promise<HttpResponse> {
  const connection = await HttpConnection.open(port);
  try {
    return await connection.send(what, limitMs);
  } finally {
    connection.close();
  }
}

/** A connection that can send several requests, one after the other. */
export class HttpConnection {
  private readonly source: SocketSource;

  private constructor(private readonly socket: Socket) {
    this.source = new SocketSource(socket);
  }

  static open(port: number): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port, noDelay: true });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new HttpConnection(socket));
      });
    });
  }

  /** Sends a request, or the bytes of one, and reads the response. */
  async send(what: HttpRequest | Buffer, limitMs = DEFAULT_LIMIT_MS): Promise<HttpResponse> {
    const parts = Buffer.isBuffer(what) ? [what] : requestBytes(what);
    const delay = Buffer.isBuffer(what) ? 0 : (what.chunkDelayMs ?? 0);
    const head = parts[0]!.subarray(0, 5).toString("latin1") === "HEAD ";
    const writing = (async () => {
      for (const [index, part] of parts.entries()) {
        if (index > 0 && delay > 0) await pause(delay);
        if (this.socket.destroyed) return;
        this.socket.write(part);
      }
    })();
    const response = await this.receive(limitMs, head);
    await writing;
    return response;
  }

  /** Writes bytes without waiting for a response. */
  write(bytes: Buffer | string): void {
    this.socket.write(bytes, "latin1");
  }

  /** Reads the next response. `toHead`: it responds to a HEAD request and has no body. */
  async receive(limitMs = DEFAULT_LIMIT_MS, toHead = false): Promise<HttpResponse> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const seen = this.source.pending.toString("latin1", 0, 200);
        const part = seen === "" ? "" : `, only a part of it: ${JSON.stringify(seen)}`;
        reject(new Error(`no response within ${limitMs} ms${part}`));
        this.close();
      }, limitMs);
    });
    try {
      return await Promise.race([this.read(toHead), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Received bytes that no `receive` has read. */
  get unread(): Buffer {
    return this.source.pending;
  }

  close(): void {
    this.socket.destroy();
  }

  private async read(toHead: boolean): Promise<HttpResponse> {
    const interim: number[] = [];
    for (;;) {
      const message = await readMessage(this.source, (line, headers) => framing(line, headers, toHead));
      if (!message) throw new Error("the connection was closed without a response");
      const { startLine, headers, body, trailers } = message;
      const status = statusOf(startLine);
      if (status < 200 && status !== 101) {
        interim.push(status);
        continue;
      }
      return {
        ...{ status, statusLine: startLine, headers, body, trailers, interim },
        text: body.toString("utf8"),
        header: (name) => headerValue(headers, name),
        all: (name) => headerValues(headers, name),
      };
    }
  }
}

function framing(startLine: string, headers: Header[], toHead: boolean): Framing {
  const status = statusOf(startLine);
  if (toHead || status < 200 || status === 204 || status === 304) return "none";
  return declaredFraming(headers) ?? "until-close";
}

function statusOf(startLine: string): number {
  const status = /^HTTP\/1\.[01] (\d+)/.exec(startLine)?.[1];
  if (status === undefined) throw new Error(`not a status line: ${JSON.stringify(startLine)}`);
  return Number(status);
}
