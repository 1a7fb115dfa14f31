import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from "node:http2";
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http2";
import {
  closeMessage,
  HeaderMap,
  type GrpcEvents,
  type GrpcRequest,
  type GrpcStream,
  type GrpcUpstreams,
} from "../host/index.js";
import { grpcStatusOf } from "../host/message/local-reply.js";
import { GrpcResponse } from "./grpc-response.js";
import { grpcFrame } from "./grpc-frames.js";
import { startTimer } from "./timer.js";
import { resetDetails, resetText, TIMEOUT_DETAILS, TIMEOUT_TEXT } from "../host/message/upstream-failures.js";

const NO_CONNECTION = closeMessage(
  resetText("remote connection failure"),
  resetDetails("before", "remote connection failure"),
);

/** The address of a cluster's server. */
interface Address {
  address: string;
  port: number;
}

/** The gRPC calls of plugins to the gateway's clusters, by HTTP/2 without TLS. Each cluster has one connection. */
export class GrpcClient implements GrpcUpstreams {
  private readonly sessions = new Map<string, { to: Address; session: ClientHttp2Session }>();

  constructor(private readonly clusters: { get(cluster: string): Address | undefined }) {}

  open(request: GrpcRequest, events: GrpcEvents): GrpcStream | undefined {
    const upstream = this.clusters.get(request.cluster);
    if (!upstream) return undefined;
    const { cluster, service, method, metadata, timeoutMs } = request;
    const headers = Object.create(null) as Record<string, string | string[]>;
    for (const [name, value] of metadata) headers[name] = [...[headers[name] ?? []].flat(), value];
    const stream = begin(this.session(cluster, upstream), {
      ...headers,
      ...{ ":method": "POST", ":scheme": "http", ":authority": cluster, ":path": `/${service}/${method}` },
      ...{ te: "trailers", "content-type": "application/grpc", "x-envoy-internal": "true" },
      ...(timeoutMs > 0 ? { "grpc-timeout": `${timeoutMs}m` } : {}),
    });
    if (!stream) return undefined;
    const response = new GrpcResponse(events, () => stream.close(constants.NGHTTP2_CANCEL));
    stream.on("response", (head, flags) =>
      response.head(headerMap(head), (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0),
    );
    stream.on("data", (bytes: Buffer) => response.data(bytes));
    stream.on("trailers", (trailers: IncomingHttpHeaders) => response.trailers(headerMap(trailers)));
    stream.on("end", () => response.end());
    stream.on("error", () => {});
    stream.on("close", () => {
      stopTimer?.();
      if (response.hasBegun) response.fail(13, "");
      else response.fail(grpcStatusOf(503), NO_CONNECTION);
    });
    const timedOut = () => response.fail(grpcStatusOf(504), closeMessage(TIMEOUT_TEXT, TIMEOUT_DETAILS));
    const stopTimer = timeoutMs > 0 ? startTimer(timeoutMs, timedOut) : undefined;
    return {
      send: (message, end) => {
        if (!stream.writable) return;
        stream.write(grpcFrame(message));
        if (end) stream.end();
      },
      close: () => void stream.end(),
      reset: () => {
        response.isOver = true;
        stream.close(constants.NGHTTP2_CANCEL);
      },
    };
  }

  stop(): void {
    for (const { session } of this.sessions.values()) session.destroy();
  }

  /** Closes the connections to an address after their calls. */
  retire(to: Address): void {
    for (const [cluster, one] of this.sessions) {
      if (one.to !== to) continue;
      this.sessions.delete(cluster);
      one.session.close();
    }
  }

  private session(cluster: string, to: Address): ClientHttp2Session {
    const open = this.sessions.get(cluster);
    if (open?.to === to && !open.session.closed && !open.session.destroyed) return open.session;
    open?.session.close();
    const session = connect(`http://${to.address}:${to.port}`);
    session.on("error", () => {});
    // An idle connection does not keep the process alive.
    session.unref();
    this.sessions.set(cluster, { to, session });
    return session;
  }
}

/** Begins a request. Returns undefined when HTTP/2 cannot carry the plugin's metadata. */
function begin(session: ClientHttp2Session, headers: OutgoingHttpHeaders): ClientHttp2Stream | undefined {
  try {
    return session.request(headers);
  } catch {
    return undefined;
  }
}

function headerMap(headers: IncomingHttpHeaders): HeaderMap {
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => [name, String(one)] as const),
  );
  return new HeaderMap("response", pairs);
}
