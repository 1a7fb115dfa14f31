import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttp2Server, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net";
import { EchoedBody } from "./describe.js";

/** How many connections may wait to be accepted. With Node's 511, some of many connections at once wait for a second. */
const BACKLOG = 4096;

/** The protocol of an echo server. */
export type EchoProtocol = "http1" | "http2" | "tcp";

/**
 * Starts a server that responds with the request that arrived.
 *
 * @returns the server's port on 127.0.0.1
 */
export async function startEcho(service: string, protocol: EchoProtocol): Promise<number> {
  const server = SERVERS[protocol](service);
  server.on("connection", (socket: Socket) => socket.on("error", () => {}));
  await once(server.listen(0, "127.0.0.1", BACKLOG), "listening");
  return (server.address() as AddressInfo).port;
}

const SERVERS: Readonly<Record<EchoProtocol, (service: string) => Server>> = {
  http1(service) {
    const server = createHttpServer((request, response) => {
      const { method = "", url = "", headers } = request;
      const body = new EchoedBody();
      request.on("data", (chunk: Buffer) => body.push(chunk));
      request.on("end", () => {
        response.setHeader("content-type", "application/json");
        response.end(body.describe({ service, method, path: url, headers }));
      });
    });
    // The gateway decides how long a connection stays open.
    server.keepAliveTimeout = 0;
    return server;
  },
  http2(service) {
    const server = createHttp2Server();
    server.on("session", (session: ServerHttp2Session) => session.on("error", () => {}));
    server.on("stream", (stream: ServerHttp2Stream, headers) => {
      stream.on("error", () => {});
      if (String(headers["content-type"]).startsWith("application/grpc"))
        return echoGrpc(stream, headers["content-type"]!);
      const body = new EchoedBody();
      stream.on("data", (chunk: Buffer) => body.push(chunk));
      stream.on("end", () => {
        const { ":method": method = "", ":path": path = "", ...others } = headers;
        stream.respond({ ":status": 200, "content-type": "application/json" });
        stream.end(body.describe({ service, method, path, headers: others }));
      });
    });
    return server;
  },
  tcp: () => createTcpServer({ allowHalfOpen: true }, (socket) => void socket.pipe(socket)),
};

function echoGrpc(stream: ServerHttp2Stream, type: string): void {
  stream.respond({ ":status": 200, "content-type": type }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.pipe(stream);
}
