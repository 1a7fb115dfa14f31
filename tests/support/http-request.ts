/** A header to send. Strings are sent as latin1, so that "\xff" is the byte 255. Pass any other text as a Buffer. */
export type HeaderToSend = readonly [name: string | Buffer, value: string | Buffer];

/** A request to send. Nothing checks its parts: tests send invalid requests too. */
export interface HttpRequest {
  /** POST if there is a body, else GET. */
  method?: string;
  /** The request target, "/" by default. */
  target?: string;
  /** Without a host, `host: localhost` is added; for a body, its content-length or transfer-encoding. */
  headers?: readonly HeaderToSend[];
  /** A string is sent as UTF-8. */
  body?: string | Uint8Array;
  /** Sends the body chunked. */
  chunks?: readonly (string | Uint8Array)[];
  /** Waits between chunks, so that they arrive one by one. */
  chunkDelayMs?: number;
  /** Sent after the body. A body with trailers is sent chunked. */
  trailers?: readonly HeaderToSend[];
}

/** The bytes of a request, in parts: the head, then each chunk. Without chunks there is one part. */
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
  const parts = chunks.map((chunk) => {
    const data = bytes(chunk, "utf8");
    return joined(`${data.length.toString(16)}\r\n`, data, "\r\n");
  });
  return [head, ...parts, joined("0\r\n", ...(trailers ?? []).map(headerLine), "\r\n")];
}

/** A header line with its line break. */
export function headerLine([name, value]: HeaderToSend): Buffer {
  return joined(name, ": ", value, "\r\n");
}

/** Joins bytes and latin1 strings. */
export function joined(...parts: (string | Uint8Array)[]): Buffer {
  return Buffer.concat(parts.map((part) => bytes(part, "latin1")));
}

function bytes(data: string | Uint8Array, encoding: "utf8" | "latin1"): Buffer {
  if (typeof data !== "string") return Buffer.from(data);
  if (encoding === "latin1" && /[^\0-\xff]/.test(data)) {
    throw new Error(`${JSON.stringify(data)} is not latin1: pass its bytes as a Buffer`);
  }
  return Buffer.from(data, encoding);
}
