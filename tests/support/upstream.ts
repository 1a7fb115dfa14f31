import { createServer, type AddressInfo, type Socket } from "node:net";
import { writeResponse, type UpstreamResponse } from "./upstream-response.js";
import { declaredFraming, headerValue, readMessage, type Header } from "./http-message.js";
import type { HeaderToSend } from "./http-request.js";
import { SocketSource } from "./socket-source.js";

export type { UpstreamResponse } from "./upstream-response.js";

/** A request as an upstream received it: each character of these strings is one byte. */
export interface ReceivedRequest {
  method: string;
  target: string;
  headers: Header[];
  /** As latin1. */
  body: string;
  trailers: Header[];
}

export interface Upstream {
  port: number;
  /** All requests since the start, or since a test emptied the list. */
  requests: ReceivedRequest[];
  /** Called for each request before the response is sent. */
  onRequest: (request: ReceivedRequest) => void;
  /** The response to requests without the header `x-answer`. By default its body is the request as JSON. */
  response: UpstreamResponse | ((request: ReceivedRequest) => UpstreamResponse | Promise<UpstreamResponse>);
  /** The number of open connections. */
  connections(): number;
  /** The number of connections so far. */
  accepted: number;
  stop(): Promise<void>;
}

/**
 * Starts an upstream that sends back what it received: a JSON body with method, target, headers, body and trailers.
 * A request can choose another response: its header `x-answer` holds an `UpstreamResponse` as JSON.
 *
 * @example
 * const upstream = await echoUpstream();
 * const envoy = await startEnvoy({ listeners, clusters: [{ name: "echo", port: upstream.port }] });
 */
export async function echoUpstream(response: Upstream["response"] = {}): Promise<Upstream> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    upstream.accepted++;
    socket.once("close", () => sockets.delete(socket));
    void serve(socket, upstream).catch((error: unknown) => respondBadRequest(socket, error));
  });
  const upstream: Upstream = {
    port: 0,
    requests: [],
    onRequest: () => {},
    response,
    connections: () => sockets.size,
    accepted: 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, resolve);
  });
  upstream.port = (server.address() as AddressInfo).port;
  return upstream;
}

/**
 * Starts an upstream that responds to every request with the same text.
 *
 * @example
 * const foo = await textUpstream("foo");
 */
export function textUpstream(text: string): Promise<Upstream> {
  return echoUpstream({ headers: [["content-type", "text/plain"]], body: text });
}

/**
 * Makes the header `x-answer`, with which a request chooses the response of an echo upstream. Header values in the
 * response are latin1, its body is UTF-8.
 *
 * @example
 * await request(port, { headers: [respondWith({ status: 404, body: "none" })] });
 */
export function respondWith(response: UpstreamResponse): HeaderToSend {
  const ascii = JSON.stringify(response).replace(
    /[\x7f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return ["x-answer", ascii];
}

async function serve(socket: Socket, upstream: Upstream): Promise<void> {
  const source = new SocketSource(socket);
  for (;;) {
    const message = await readMessage(source, (_, headers) => declaredFraming(headers) ?? "none");
    if (!message) return;
    const parts = /^(\S+) (.*) HTTP\/1\.[01]$/.exec(message.startLine);
    if (!parts) throw new Error(`not a request line: ${JSON.stringify(message.startLine)}`);
    const [, method, target] = parts as unknown as [string, string, string];
    const request: ReceivedRequest = {
      ...{ method, target, headers: message.headers, trailers: message.trailers },
      body: message.body.toString("latin1"),
    };
    upstream.requests.push(request);
    upstream.onRequest(request);
    await writeResponse(socket, await responseTo(request, upstream), echo(request), method === "HEAD");
  }
}

async function responseTo(request: ReceivedRequest, upstream: Upstream): Promise<UpstreamResponse> {
  const chosen = headerValue(request.headers, "x-answer");
  if (chosen !== undefined) return JSON.parse(chosen) as UpstreamResponse;
  const response = typeof upstream.response === "function" ? await upstream.response(request) : upstream.response;
  const json: UpstreamResponse = { headers: [["content-type", "application/json"]] };
  return response.body === undefined && response.bodyBase64 === undefined ? { ...json, ...response } : response;
}

function echo(request: ReceivedRequest): Buffer {
  return Buffer.from(JSON.stringify(request));
}

/** Responds with 400 and the reason to bytes that are not a request, so that a desynchronised connection is noticed. */
function respondBadRequest(socket: Socket, error: unknown): void {
  if (socket.destroyed) return;
  const reason = String(error);
  socket.end(`HTTP/1.1 400 Bad\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(reason)}\r\n\r\n${reason}`);
}
