/** A header to send. A string is sent as latin1, so that "\xff" is the byte 255; other bytes as a Buffer. */
export type HeaderToSend = readonly [name: string | Buffer, value: string | Buffer];

/** A request, built into bytes without any check of its parts. */
export interface HttpRequest {
  /** GET by default, POST with a body. */
  method?: string;
  /** The request target, "/" by default. */
  target?: string;
  /** `host: localhost` is added when there is no host, content-length or transfer-encoding as the body needs. */
  headers?: readonly HeaderToSend[];
  /** A string is sent as UTF-8. */
  body?: string | Uint8Array;
  /** Sends the body chunked, one chunk each. */
  chunks?: readonly (string | Uint8Array)[];
  /** Waits between chunks, so that the other side sees them one by one. */
  chunkDelayMs?: number;
  /** Sent after a chunked body, which their presence asks for. */
  trailers?: readonly HeaderToSend[];
}

/** The pieces of a request: the first holds its head, each further one a chunk. */
export function requestBytes(request: HttpRequest): Buffer[] {
  const { trailers } = request;
  const chunks = request.chunks ?? (trailers ? (request.body === undefined ? [] : [request.body]) : undefined);
  const body = request.body === undefined ? undefined : bytes(request.body, "utf8");
  const headers: HeaderToSend[] = [...(request.headers ?? [])];
  const has = (...names: string[]) => headers.some(([name]) => names.includes(name.toString("latin1").toLowerCase()));
  if (!has("host")) headers.unshift(["host", "localhost"]);
  if (!has("content-length", "transfer-encoding")) {
    if (chunks) headers.push(["transfer-encoding", "chunked"]);
    else if (body) headers.push(["content-length", String(body.length)]);
  }
  const method = request.method ?? (body || chunks ? "POST" : "GET");
  const head = joined(`${method} ${request.target ?? "/"} HTTP/1.1\r\n`, ...headers.map(headerLine), "\r\n");
  if (!chunks) return [Buffer.concat([head, body ?? Buffer.alloc(0)])];
  const pieces = chunks.map((chunk) => {
    const data = bytes(chunk, "utf8");
    return joined(`${data.length.toString(16)}\r\n`, data, "\r\n");
  });
  return [head, ...pieces, joined("0\r\n", ...(trailers ?? []).map(headerLine), "\r\n")];
}

/** A header line with its end. */
export function headerLine([name, value]: HeaderToSend): Buffer {
  return joined(name, ": ", value, "\r\n");
}

/** Strings as latin1, all in one buffer. */
export function joined(...parts: (string | Uint8Array)[]): Buffer {
  return Buffer.concat(parts.map((part) => bytes(part, "latin1")));
}

function bytes(data: string | Uint8Array, encoding: "utf8" | "latin1"): Buffer {
  if (typeof data !== "string") return Buffer.from(data);
  if (encoding === "latin1" && /[^\0-\xff]/.test(data)) {
    throw new Error(`${JSON.stringify(data)} is not latin1: give its bytes as a Buffer`);
  }
  return Buffer.from(data, encoding);
}
