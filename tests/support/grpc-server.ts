import { once } from "node:events";
import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";

/** A gRPC server without TLS that records its calls. */
export interface GrpcServer {
  port: number;
  /** The headers of each call. */
  calls: IncomingHttpHeaders[];
  /** The paths of the calls that the client has cancelled. */
  cancelled: string[];
  /** Waits until all connections are closed. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Serves `echo.Echo`. `Unary` returns the message. `Stream` returns each message as it arrives. Both send initial and
 * trailing metadata. `Fail` returns status 7, `Empty` no message, `NotGrpc` the HTTP status 403. `Hang` never responds.
 */
export async function grpcServer(): Promise<GrpcServer> {
  const calls: IncomingHttpHeaders[] = [];
  const cancelled: string[] = [];
  const sessions = new Set<ServerHttp2Session>();
  const server: Http2Server = createServer();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });
  server.on("stream", (stream, headers) => {
    calls.push(headers);
    stream.on("error", () => {});
    stream.on("aborted", () => cancelled.push(headers[":path"]!));
    respond(stream, headers[":path"]!.replace("/echo.Echo/", ""));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    ...{ port: (server.address() as AddressInfo).port, calls, cancelled },
    idle: async () => {
      await Promise.all([...sessions].map((session) => once(session, "close")));
    },
    stop: async () => {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const HEAD = { ":status": 200, "content-type": "application/grpc", "x-initial": "i" };

function respond(stream: ServerHttp2Stream, method: string): void {
  if (method === "Hang") return;
  if (method === "NotGrpc") return stream.respond({ ":status": 403 }, { endStream: true });
  if (method === "Fail") {
    return stream.respond({ ...HEAD, "grpc-status": "7", "grpc-message": "not%20allowed" }, { endStream: true });
  }
  stream.respond(HEAD, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0", "x-trailing": "t" }));
  // Received bytes are sent back as they are: requests and responses have the same framing.
  if (method !== "Empty") stream.on("data", (bytes: Buffer) => stream.write(bytes));
  else stream.resume();
  stream.on("end", () => stream.end());
}
