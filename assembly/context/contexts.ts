import { DataStatus, HeadersStatus, TrailersStatus } from "../abi/enums";
import { PendingCalls } from "./calls";
import { Identified } from "./id-table";

/**
 * One configuration of a plugin in one VM. A VM may have several root contexts, one for each configuration of the plugin.
 * After an update, the old root context stays until its streams have ended. All state of a plugin is kept in its root
 * context and its streams.
 */
export abstract class RootContext extends Identified {
  private sent: PendingCalls | null = null;

  /** The calls that wait for their response. */
  get calls(): PendingCalls {
    let sent = this.sent;
    if (sent === null) {
      sent = new PendingCalls();
      this.sent = sent;
    }
    return sent;
  }

  /** Reads the configuration. Returns whether it is accepted. */
  abstract configure(configurationSize: i32): bool;

  /** Called periodically, see `setTickPeriod`. */
  onTick(): void {}

  /** Called when a shared queue that the root context registered has a new item. */
  onQueueReady(queue: u32): void {}

  /** Creates the context of a new stream. */
  abstract createStream(id: u32): StreamContext;
}

/** One request and its response, or one TCP connection. */
export abstract class StreamContext extends Identified {
  private ended: bool = false;

  onRequestHeaders(endOfStream: bool): HeadersStatus {
    return HeadersStatus.Continue;
  }
  onRequestBody(size: i32, endOfStream: bool): DataStatus {
    return DataStatus.Continue;
  }
  onRequestTrailers(): TrailersStatus {
    return TrailersStatus.Continue;
  }
  onResponseHeaders(endOfStream: bool): HeadersStatus {
    return HeadersStatus.Continue;
  }
  onResponseBody(size: i32, endOfStream: bool): DataStatus {
    return DataStatus.Continue;
  }
  onResponseTrailers(): TrailersStatus {
    return TrailersStatus.Continue;
  }

  onNewConnection(): DataStatus {
    return DataStatus.Continue;
  }
  onDownstreamData(endOfStream: bool): DataStatus {
    return DataStatus.Continue;
  }
  onUpstreamData(endOfStream: bool): DataStatus {
    return DataStatus.Continue;
  }
  onDownstreamClose(peer: i32): void {}
  onUpstreamClose(peer: i32): void {}

  /** Called once, when the stream is over. */
  abstract onStreamDone(): void;

  /** Called when the host deletes the stream. */
  abstract close(): void;

  /** Ends the stream, once. Envoy calls `proxy_on_log` before `proxy_on_done`; the specification has the opposite order. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.onStreamDone();
  }
}

/** Creates the root contexts of a plugin. */
export abstract class RootFactory {
  abstract create(id: u32): RootContext;
}
