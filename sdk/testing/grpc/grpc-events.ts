import { closeMessage, HeaderMap, type GrpcEvents, type Pair } from "../../host/index.js";
import { grpcStatusOf, percentEncoded } from "../../host/message/local-reply.js";
import type { AnswerFailure } from "../upstreams/failures.js";
import { failureReply } from "../upstreams/failures.js";
import type { GrpcStatus } from "./grpc-answer.js";
import { pairsOf } from "../message/headers.js";

const INTERNAL = 13;
const HEAD: readonly Pair[] = [
  [":status", "200"],
  ["content-type", "application/grpc"],
];

/** Passes a gRPC response to the host as events, in Envoy's order. */
export class GrpcEventSender {
  hasBegun = false;

  constructor(readonly events: GrpcEvents) {}

  begin(pairs: readonly Pair[]): void {
    this.initialMetadata(new HeaderMap("response", [...HEAD, ...pairs]));
  }

  /** Passes the initial metadata of a real server. */
  initialMetadata(map: HeaderMap): void {
    this.hasBegun = true;
    this.events.initialMetadata(map);
  }

  message(bytes: Buffer): void {
    if (!this.hasBegun) this.begin([]);
    this.events.message(bytes);
  }

  end({ status, message, trailers }: GrpcStatus): void {
    const text = message === undefined ? "" : percentEncoded(Buffer.from(message));
    const tail: Pair[] = [["grpc-status", String(status)]];
    if (text !== "") tail.push(["grpc-message", text]);
    tail.push(...pairsOf(trailers, "trailers"));
    // A response without messages consists of trailers only.
    if (!this.hasBegun) {
      this.events.initialMetadata(new HeaderMap("response"));
      tail.unshift(...HEAD);
    }
    this.events.trailingMetadata(new HeaderMap("trailers", tail));
    this.events.closed(status, closeMessage(text));
  }

  /** Ends the call as a gateway does when the upstream fails. */
  fail(failure: AnswerFailure["fails"]): void {
    this.events.trailingMetadata(new HeaderMap("trailers"));
    if (failure === "reset" && this.hasBegun) return this.events.closed(INTERNAL, "");
    const { status, body, details } = failureReply(failure);
    this.events.closed(grpcStatusOf(status), closeMessage(body.toString(), details));
  }
}
