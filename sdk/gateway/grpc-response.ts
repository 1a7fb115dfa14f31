import { closeMessage, HeaderMap, type GrpcEvents } from "../host/index.js";
import { grpcStatusOf } from "../host/message/local-reply.js";
import { GrpcFrameError, GrpcFrames } from "./grpc-frames.js";

const UNKNOWN = 2;
const INTERNAL = 13;

/** Passes a gRPC response on as events in Envoy's order: headers, messages, trailers and the status. */
export class GrpcResponse {
  isOver = false;
  hasBegun = false;
  private readonly frames = new GrpcFrames();

  constructor(
    private readonly events: GrpcEvents,
    /** Cancels the request. */
    private readonly abort: () => void,
  ) {}

  head(headers: HeaderMap, end: boolean): void {
    if (this.isOver) return;
    this.hasBegun = true;
    // Without a body, the headers are the trailers.
    this.events.initialMetadata(end ? new HeaderMap("response") : headers);
    const status = Number(headers.get(":status"));
    if (status !== 200) {
      const given = end ? statusIn(headers) : undefined;
      return this.fail(
        given ?? grpcStatusOf(status),
        closeMessage(given === undefined ? "" : headers.get("grpc-message")),
      );
    }
    if (end) this.trailers(headers);
  }

  data(bytes: Buffer): void {
    if (this.isOver) return;
    try {
      for (const message of this.frames.push(bytes)) this.events.message(message);
    } catch (error) {
      if (!(error instanceof GrpcFrameError)) throw error;
      this.fail(INTERNAL, "");
    }
  }

  trailers(trailers: HeaderMap): void {
    if (this.isOver) return;
    this.isOver = true;
    this.events.trailingMetadata(trailers);
    this.events.closed(statusIn(trailers) ?? UNKNOWN, closeMessage(trailers.get("grpc-message")));
  }

  /** Called when the response ends without trailers. */
  end(): void {
    this.fail(UNKNOWN, "");
  }

  fail(status: number, message: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.abort();
    this.events.trailingMetadata(new HeaderMap("trailers"));
    this.events.closed(status, message);
  }
}

function statusIn(headers: HeaderMap): number | undefined {
  const text = headers.get("grpc-status");
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
