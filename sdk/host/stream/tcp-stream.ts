import { ByteBuffer } from "../message/byte-buffer.js";
import { DEFAULT_BUFFER_LIMIT } from "./http-stream.js";
import type { StreamInfo } from "../properties/stream-info.js";

/** What a network filter returns. */
export enum NetworkStatus {
  Continue = 0,
  StopIteration = 1,
}

/** Who has closed a connection, as a plugin reads it. */
export enum CloseType {
  Unknown = 0,
  /** The gateway itself. */
  Local = 1,
  /** The other side. */
  Remote = 2,
}

/** The sender of bytes: the client, or the upstream. */
export type Side = "downstream" | "upstream";

/** A plugin in one connection. */
export interface NetworkFilter {
  attach(stream: TcpStream): void;
  newConnection(): NetworkStatus;
  /** All buffered bytes of one side; the filter may change them. */
  data(side: Side, bytes: ByteBuffer, end: boolean): NetworkStatus;
  /** The client's connection is closed. */
  closed(type: CloseType): void;
}

/** The surroundings of a connection: a gateway, or a test. */
export interface TcpSides {
  /** The connection has passed all filters for the first time: the gateway must connect to the upstream. */
  connect(): void;
  /** Takes the client's bytes behind the last filter. */
  toUpstream(bytes: Buffer, end: boolean): void;
  /** Takes the upstream's bytes behind the last filter. */
  toDownstream(bytes: Buffer, end: boolean): void;
  /** A side must pause because too many of its bytes are buffered, or may continue. */
  flow?(side: Side, paused: boolean): void;
  /** A plugin closes the connection. The gateway first sends all written bytes, then calls `closed`. */
  close(): void;
}

/**
 * A TCP connection that passes through the plugins of a gateway, as through Envoy's network filters. The client's bytes
 * are buffered until the last filter returns Continue. When more bytes arrive, all filters get all buffered bytes
 * again, from the first filter on, until one stops. The upstream's bytes pass in reverse order in the same way, but
 * only more bytes make them continue: bytes that are still buffered at their end, or when the connection closes, are
 * lost.
 *
 * @example
 * const stream = new TcpStream([plugin.newNetworkFilter()!], sides, info);
 * stream.newConnection();
 * stream.downstreamData(Buffer.from("hello"), false);
 */
export class TcpStream {
  private readonly buffered: Readonly<Record<Side, ByteBuffer>> = {
    downstream: new ByteBuffer(),
    upstream: new ByteBuffer(),
  };
  private readonly slowed = { downstream: false, upstream: false };
  private readonly greeted = new Set<NetworkFilter>();
  private isConnecting = false;
  private ended = false;
  private isClosing = false;
  private isClosed = false;

  constructor(
    private readonly filters: readonly NetworkFilter[],
    private readonly sides: TcpSides,
    readonly info: StreamInfo,
    private readonly limit = DEFAULT_BUFFER_LIMIT,
  ) {
    for (const filter of filters) filter.attach(this);
  }

  newConnection(): void {
    this.pass(0);
  }

  downstreamData(bytes: Uint8Array, end: boolean): void {
    if (this.isClosing) return;
    this.buffered.downstream.append(bytes);
    // Envoy counts all buffered bytes again whenever more arrive.
    this.info.received += this.buffered.downstream.length;
    if (end) this.ended = true;
    this.pass(0);
    this.checkFlow("downstream");
  }

  upstreamData(bytes: Uint8Array, end: boolean): void {
    if (this.isClosing) return;
    const { upstream } = this.buffered;
    upstream.append(bytes);
    if (this.passUpstream(end)) {
      this.info.sent += upstream.length;
      this.sides.toDownstream(upstream.take(), end);
    }
    this.checkFlow("upstream");
  }

  /** The client's connection is closed, by the gateway or by the client. */
  closed(type: CloseType.Local | CloseType.Remote): void {
    if (this.isClosed) return;
    this.isClosing = true;
    this.isClosed = true;
    for (const filter of this.filters) filter.closed(type);
  }

  /** Continues buffered bytes behind a filter. */
  continueReading(filter: NetworkFilter): void {
    this.pass(this.filters.indexOf(filter) + 1);
    this.checkFlow("downstream");
  }

  /** Closes the connection for a plugin. */
  close(): void {
    if (this.isClosing) return;
    this.isClosing = true;
    this.sides.close();
  }

  private pass(from: number): void {
    if (this.isClosing) return;
    const { downstream } = this.buffered;
    for (const filter of this.filters.slice(from)) {
      const isNew = !this.greeted.has(filter);
      this.greeted.add(filter);
      if (isNew && filter.newConnection() !== NetworkStatus.Continue) return;
      if (this.isClosing) return;
      if (downstream.length === 0 && !this.ended) continue;
      const status = filter.data("downstream", downstream, this.ended);
      if (this.isClosing || status !== NetworkStatus.Continue) return;
    }
    if (!this.isConnecting) {
      this.isConnecting = true;
      this.sides.connect();
    }
    if (downstream.length > 0 || this.ended) this.sides.toUpstream(downstream.take(), this.ended);
  }

  private passUpstream(end: boolean): boolean {
    return [...this.filters]
      .reverse()
      .every(
        (filter) => filter.data("upstream", this.buffered.upstream, end) === NetworkStatus.Continue && !this.isClosing,
      );
  }

  /** Pauses a side while too many of its bytes are buffered. */
  private checkFlow(side: Side): void {
    const { length } = this.buffered[side];
    const paused = this.slowed[side] ? length > this.limit / 2 : length > this.limit;
    if (paused === this.slowed[side]) return;
    this.slowed[side] = paused;
    this.sides.flow?.(side, paused);
  }
}
