import { Pairs } from "../abi/pairs";
import { Identified, IdTable } from "./id-table";

/** A call that waits for its response. Its id is the token from the host. */
export abstract class PendingCall extends Identified {
  /** Whether the stream that made the call still exists. */
  abstract get isWanted(): bool;

  /**
   * Runs the call handler of an HTTP call with the response. A failed call has no headers.
   *
   * @param trailers null if the response has no trailers
   */
  deliver(headers: Pairs, body: ArrayBuffer, trailers: Pairs | null): void {}

  /**
   * Runs the call handler of a Redis call.
   *
   * @param status 0, or 1 when Redis did not reply
   * @param reply the reply in RESP
   */
  deliverRedis(status: i32, reply: ArrayBuffer): void {}

  /** Whether the call is a gRPC stream, which has several results. */
  get isStream(): bool {
    return false;
  }

  /** Runs the handler of a gRPC call or stream for a message. */
  deliverGrpcMessage(message: ArrayBuffer): void {}

  /** Keeps the metadata with which the server has begun or ended a gRPC stream. */
  keepGrpcMetadata(metadata: Pairs, isTrailing: bool): void {}

  /** Runs the handler of a gRPC call that has failed, or of a gRPC stream that has ended. */
  deliverGrpcEnd(status: i32, message: string): void {}

  /** Called when nobody waits for the result any more. */
  abandon(): void {}
}

/** The calls of one root context, by token. The host delivers their responses to the root context. */
export class PendingCalls {
  private waiting: IdTable = new IdTable();

  add(call: PendingCall): void {
    this.waiting.add(call);
  }

  /** Returns a call; null if no call has this token. */
  find(token: u32): PendingCall | null {
    return changetype<PendingCall | null>(this.waiting.find(token));
  }

  /** Removes a call and returns it; null if no call has this token. */
  take(token: u32): PendingCall | null {
    const call = changetype<PendingCall | null>(this.waiting.find(token));
    this.waiting.remove(token);
    return call;
  }
}

/** The calls of one stream. This type is abstract so that only plugins that make calls contain the implementation. */
export abstract class StreamCalls {
  /** The number of calls that wait for their response. */
  pending: i32 = 0;

  abstract add(call: PendingCall): void;

  /** Forgets all calls: their responses will be ignored. */
  abstract forget(): void;
}

/** The calls of one stream, registered in its root context. */
export class SentCalls extends StreamCalls {
  private tokens: u32[] = [];

  constructor(private all: PendingCalls) {
    super();
  }

  override add(call: PendingCall): void {
    this.pending++;
    this.tokens.push(call.id);
    this.all.add(call);
  }

  override forget(): void {
    for (let i = 0; i < this.tokens.length; i++) {
      const call = this.all.take(this.tokens[i]);
      if (call !== null) call.abandon();
    }
  }
}
