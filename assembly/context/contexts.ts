import { DataStatus, HeadersStatus, TrailersStatus } from "../abi/enums";
import { Callouts } from "./callouts";
import { Identified } from "./id-table";

/**
 * One configuration of a plugin in one VM. A VM has several: other configurations of the same plugin, and a new one for
 * each update, beside the old one that still serves its streams. All state of a plugin lives in its root or below.
 */
export abstract class RootContext extends Identified {
  private sent: Callouts | null = null;

  /** What was sent to upstreams and is not answered yet. */
  get callouts(): Callouts {
    let sent = this.sent;
    if (sent === null) {
      sent = new Callouts();
      this.sent = sent;
    }
    return sent;
  }

  /** Takes the configuration; false refuses it. */
  abstract configure(configurationSize: i32): bool;

  /** Called when the period that was set has passed. */
  onTick(): void {}

  /** A context for a new stream. */
  abstract createStream(id: u32): StreamContext;
}

/** One request and its response. */
export abstract class StreamContext extends Identified {
  private ended: bool = false;

  abstract onRequestHeaders(endOfStream: bool): HeadersStatus;
  abstract onRequestBody(size: i32, endOfStream: bool): DataStatus;
  abstract onRequestTrailers(): TrailersStatus;
  abstract onResponseHeaders(endOfStream: bool): HeadersStatus;
  abstract onResponseBody(size: i32, endOfStream: bool): DataStatus;
  abstract onResponseTrailers(): TrailersStatus;
  /** Called once, when the stream is over. */
  abstract onStreamDone(): void;

  /** The host has forgotten the stream. */
  abstract close(): void;

  /** Ends the stream, once: Envoy logs a stream before it is done with it, the specification says the other order. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.onStreamDone();
  }
}

/** Makes the root contexts of a plugin. */
export abstract class RootFactory {
  abstract create(id: u32): RootContext;
}
