import { once } from "node:events";
import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";

/** A server of gRPC, without TLS, with what it was asked. */
export interface GrpcServer {
  port: number;
  /** The headers of each call. */
  calls: IncomingHttpHeaders[];
  /** The calls that were broken off by their client, by path. */
  cancelled: string[];
  /** Waits until nobody is connected. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Serves `echo.Echo`: `Unary` answers with the message, `Stream` with each message as it comes, between metadata of its
 * own, `Fail` with status 7, `Empty` with nothing, `NotGrpc` with HTTP's 403, `Hang` not at all.
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
    answer(stream, headers[":path"]!.replace("/echo.Echo/", ""));
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

function answer(stream: ServerHttp2Stream, method: string): void {
  if (method === "Hang") return;
  if (method === "NotGrpc") return stream.respond({ ":status": 403 }, { endStream: true });
  if (method === "Fail") {
    return stream.respond({ ...HEAD, "grpc-status": "7", "grpc-message": "not%20allowed" }, { endStream: true });
  }
  stream.respond(HEAD, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0", "x-trailing": "t" }));
  // What comes is framed as what goes.
  if (method !== "Empty") stream.on("data", (bytes: Buffer) => stream.write(bytes));
  else stream.resume();
  stream.on("end", () => stream.end());
}
