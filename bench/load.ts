import { connect, type Socket } from "node:net";

/** The position of the first digit of the status code in "HTTP/1.1 200 OK". */
const STATUS = 9;

/** A request to send again and again, and what its responses are like. */
export interface LoadSpec {
  port: number;
  request: Buffer;
  /** The number of bytes of each response. `exchange` counts them. */
  responseLength: number;
  connections: number;
  /** How many requests a connection sends at a time, before their responses arrive. */
  pipelined: number;
}

/**
 * Connections that stay open, on which `send` sends the same request many times.
 *
 * @example
 * const load = await Load.open({ port, request, responseLength, connections: 4, pipelined: 32 });
 * await load.send(1000);
 * load.close();
 */
export class Load {
  private left = 0;
  private busy = 0;
  private settle: { resolve(): void; reject(error: Error): void } | undefined;

  private constructor(
    private readonly spec: LoadSpec,
    private readonly clients: Client[],
  ) {}

  static async open(spec: LoadSpec): Promise<Load> {
    const clients: Client[] = [];
    const load = new Load(spec, clients);
    for (let i = 0; i < spec.connections; i++) clients.push(await Client.open(spec, load));
    return load;
  }

  /** Sends requests, and waits for their responses. @throws Error when a response is not a success */
  send(count: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      this.left = count;
      this.busy = this.clients.length;
      for (const client of this.clients) client.next();
    });
  }

  close(): void {
    this.settle = undefined;
    for (const client of this.clients) client.close();
  }

  /** How many requests a connection is to send next. */
  take(): number {
    const count = Math.min(this.left, this.spec.pipelined);
    this.left -= count;
    if (count === 0 && --this.busy === 0) this.settle?.resolve();
    return count;
  }

  fail(error: Error): void {
    this.settle?.reject(error);
  }
}

class Client {
  /** Bytes of responses that are still to come, and those of the response in progress that have come. */
  private left = 0;
  private got = 0;
  private readonly batch: Buffer;

  private constructor(
    private readonly socket: Socket,
    private readonly spec: LoadSpec,
    private readonly load: Load,
  ) {
    this.batch = Buffer.concat(Array.from({ length: spec.pipelined }, () => spec.request));
    socket.on("data", (chunk) => this.read(chunk));
    socket.on("error", (error) => load.fail(error));
    socket.on("close", () => load.fail(new Error("Envoy closed a connection")));
  }

  static open(spec: LoadSpec, load: Load): Promise<Client> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port: spec.port, noDelay: true });
      socket.once("error", reject);
      socket.once("connect", () => resolve(new Client(socket, spec, load)));
    });
  }

  next(): void {
    const count = this.load.take();
    if (count === 0) return;
    this.left = count * this.spec.responseLength;
    this.socket.write(this.batch.subarray(0, count * this.spec.request.length));
  }

  close(): void {
    this.socket.destroy();
  }

  private read(chunk: Buffer): void {
    const { responseLength } = this.spec;
    // Every response is a success, and as long as the first one.
    const first = (STATUS - this.got + responseLength) % responseLength;
    for (let at = first; at < chunk.length; at += responseLength) {
      if (chunk[at] === 0x32) continue;
      return this.load.fail(new Error(`unexpected response: ${chunk.toString("latin1", at - STATUS, at + 300)}`));
    }
    this.got = (this.got + chunk.length) % responseLength;
    this.left -= chunk.length;
    if (this.left < 0) this.load.fail(new Error("a response is longer than the first one"));
    else if (this.left === 0) this.next();
  }
}

export interface Response {
  status: number;
  /** Names in lower case. */
  headers: Map<string, string>;
  body: Buffer;
  /** The number of bytes on the connection. */
  length: number;
}

/** Sends one request, and returns its response. */
export function exchange(port: number, request: Buffer, limitMs = 10_000): Promise<Response> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true });
    const late = setTimeout(() => socket.destroy(new Error("no response")), limitMs);
    let bytes = Buffer.alloc(0);
    socket.on("connect", () => socket.write(request));
    socket.on("data", (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      const response = parseResponse(bytes);
      if (!response) return;
      resolve(response);
      socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => {
      clearTimeout(late);
      reject(new Error(`the connection closed after ${bytes.length} bytes of a response`));
    });
  });
}

/** Reads a response; undefined while bytes are missing. */
export function parseResponse(bytes: Buffer): Response | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [statusLine, ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const headers = new Map(lines.map((line) => [line.split(":", 1)[0]!.toLowerCase(), line.replace(/^[^:]*: */, "")]));
  const status = Number(statusLine!.split(" ")[1]);
  const start = end + 4;
  if (headers.get("transfer-encoding") !== "chunked") {
    const length = start + Number(headers.get("content-length") ?? 0);
    return bytes.length < length ? undefined : { status, headers, body: bytes.subarray(start, length), length };
  }
  const chunks: Buffer[] = [];
  for (let at = start; ;) {
    const line = bytes.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const size = parseInt(bytes.toString("latin1", at, line), 16);
    const from = line + 2;
    if (bytes.length < from + size + 2) return undefined;
    if (size === 0) return { status, headers, body: Buffer.concat(chunks), length: from + 2 };
    chunks.push(bytes.subarray(from, from + size));
    at = from + size + 2;
  }
}

/** A POST request with a body. */
export function post(path: string, headers: Readonly<Record<string, string>>, body: Buffer): Buffer {
  const lines = Object.entries({ ...headers, "content-length": body.length }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1"), body]);
}

/** A GET request without a body. */
export function get(path: string, headers: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1");
}
