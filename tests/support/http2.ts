import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type OutgoingHttpHeaders,
} from "node:http2";
import { headerValue, headerValues, type Header } from "./http-message.js";
import type { HttpRequest } from "./http-request.js";
import type { HttpResponse } from "./http.js";
import { pause } from "./pace.js";

/** An HTTP/2 response. */
export interface Http2Response extends HttpResponse {
  /** The error code of the RST_STREAM frame that ended the stream, or 0. */
  reset: number;
}

/** An HTTP/2 connection without TLS. */
export class Http2Connection {
  private constructor(readonly session: ClientHttp2Session) {
    session.on("error", () => {});
  }

  static open(port: number): Promise<Http2Connection> {
    return new Promise((resolve, reject) => {
      const session = connect(`http://127.0.0.1:${port}`);
      session.once("error", reject);
      session.once("connect", () => resolve(new Http2Connection(session)));
    });
  }

  /** Begins a request. The caller writes its body. */
  begin(
    headers: OutgoingHttpHeaders,
    options: { endStream: boolean; trailers?: OutgoingHttpHeaders },
  ): ClientHttp2Stream {
    const stream = this.session.request(headers, { ...options, waitForTrailers: options.trailers !== undefined });
    stream.on("wantTrailers", () => stream.sendTrailers(options.trailers!));
    stream.on("error", () => {});
    return stream;
  }

  /**
   * Sends a request and reads its response. Headers that HTTP/2 does not have, such as `connection`, are left out.
   *
   * @throws "no response within N ms" when the time is over; an error if the stream ends without headers
   */
  async send(what: HttpRequest, limitMs = 5000): Promise<Http2Response> {
    const chunks = what.chunks ?? (what.body === undefined ? [] : [what.body]);
    const stream = this.begin(headersOf(what, chunks.length > 0 || what.trailers !== undefined), {
      endStream: what.chunks === undefined && what.body === undefined && what.trailers === undefined,
      ...(what.trailers ? { trailers: collect(what.trailers) } : {}),
    });
    const response = receive(stream, limitMs);
    response.catch(() => {});
    for (const [index, chunk] of chunks.entries()) {
      if (index > 0 && what.chunkDelayMs) await pause(what.chunkDelayMs);
      if (stream.writable) stream.write(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
    }
    stream.end();
    return response;
  }

  close(): void {
    this.session.destroy();
  }
}

/**
 * Sends one request on a connection of its own.
 *
 * @example
 * const { status, trailers } = await request2(port, { target: "/foo", body: "x", trailers: [["x-t", "1"]] });
 */
export async function request2(port: number, what: HttpRequest, limitMs?: number): Promise<Http2Response> {
  const connection = await Http2Connection.open(port);
  try {
    return await connection.send(what, limitMs);
  } finally {
    connection.close();
  }
}

/** Reads the response of a stream. */
export function receive(stream: ClientHttp2Stream, limitMs = 5000): Promise<Http2Response> {
  return new Promise((resolve, reject) => {
    const interim: number[] = [];
    let headers: Header[] | undefined;
    let trailers: Header[] = [];
    const body: Buffer[] = [];
    const timer = setTimeout(() => {
      stream.close(constants.NGHTTP2_CANCEL);
      reject(new Error(`no response within ${limitMs} ms`));
    }, limitMs);
    stream.on("headers", (head) => interim.push(Number(head[":status"])));
    // Node's types lack the last argument.
    const on = (event: string, listener: (head: object, flags: number, raw: string[]) => void) => {
      stream.on(event, listener as () => void);
    };
    on("response", (_head, _flags, raw) => (headers = pairs(raw)));
    on("trailers", (_head, _flags, raw) => (trailers = pairs(raw)));
    stream.on("data", (chunk: Buffer) => body.push(chunk));
    stream.on("error", () => {});
    stream.on("close", () => {
      clearTimeout(timer);
      const reset = stream.rstCode;
      if (!headers) return reject(new Error(`the stream was closed without a response, code ${reset}`));
      const all = headers;
      const status = Number(headerValue(all, ":status"));
      const bytes = Buffer.concat(body);
      resolve({
        ...{ status, statusLine: `HTTP/2 ${status}`, body: bytes, trailers, interim, reset },
        headers: all.filter(([name]) => name !== ":status"),
        text: bytes.toString("utf8"),
        header: (name) => headerValue(all, name),
        all: (name) => headerValues(all, name),
      });
    });
  });
}

function pairs(raw: readonly string[]): Header[] {
  const found: Header[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) found.push([raw[i]!, raw[i + 1]!]);
  return found;
}

/** Headers that belong to HTTP/1 only. */
const OF_HTTP1 = ["connection", "keep-alive", "transfer-encoding", "upgrade", "host"];

function headersOf(what: HttpRequest, hasBody: boolean): OutgoingHttpHeaders {
  const given = what.headers ?? [];
  const host = given.find(([name]) => name.toString().toLowerCase() === "host");
  const method = what.method ?? (hasBody ? "POST" : "GET");
  const target = method === "CONNECT" ? {} : { ":path": what.target ?? "/", ":scheme": "http" };
  return {
    ...{ ":method": method, ":authority": host ? latin1(host[1]) : "localhost", ...target },
    ...collect(given.filter(([name]) => !OF_HTTP1.includes(name.toString().toLowerCase()))),
    ...(typeof what.body === "string" && !what.chunks && !what.trailers
      ? { "content-length": String(Buffer.byteLength(what.body)) }
      : {}),
  };
}

function collect(given: NonNullable<HttpRequest["headers"]>): OutgoingHttpHeaders {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of given) {
    const key = name.toString().toLowerCase();
    headers[key] = headers[key] === undefined ? latin1(value) : [headers[key], latin1(value)].flat();
  }
  return headers;
}

function latin1(value: string | Buffer): string {
  return typeof value === "string" ? value : value.toString("latin1");
}
