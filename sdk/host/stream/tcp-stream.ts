import { ByteBuffer } from "../message/byte-buffer.js";
import { DEFAULT_BUFFER_LIMIT } from "./http-stream.js";
import type { StreamInfo } from "../properties/stream-info.js";

/** What a network filter answers. */
export enum NetworkStatus {
  Continue = 0,
  StopIteration = 1,
}

/** Who has closed a connection, as a plugin is told. */
export enum CloseType {
  Unknown = 0,
  /** The gateway itself. */
  Local = 1,
  /** The other side. */
  Remote = 2,
}

/** Whose bytes they are: the client's, or the upstream's. */
export type Side = "downstream" | "upstream";

/** A plugin at work on one connection. */
export interface NetworkFilter {
  attach(stream: TcpStream): void;
  newConnection(): NetworkStatus;
  /** Bytes that the filter may change. */
  data(side: Side, bytes: ByteBuffer, end: boolean): NetworkStatus;
  /** The client's connection is gone. */
  closed(type: CloseType): void;
}

/** What is around a connection: a gateway, or a test. */
export interface TcpSides {
  /** The connection has come through all filters, once: time to connect to the upstream. */
  connect(): void;
  /** Takes what the client has sent, behind the last filter. */
  toUpstream(bytes: Buffer, end: boolean): void;
  /** Takes what the upstream has sent. */
  toDownstream(bytes: Buffer, end: boolean): void;
  /** The client, or the upstream, shall wait, because filters hold more than they may; or go on. */
  flow?(side: Side, paused: boolean): void;
  /** A plugin wants the connection closed, when what is written is out: `closed` tells when it is. */
  close(): void;
}

/**
 * A connection on its way through the plugins of a gateway, as Envoy's network filters. What the client sends is gathered
 * until the last filter has let it pass: whenever more comes, all filters are shown all of it, from the first on, until
 * one stops. What the upstream sends passes in reverse in the same way, but nothing makes it go on besides more of it:
 * what is held at its end, or when the connection closes, is lost.
 *
 * @example
 * const stream = new TcpStream([plugin.newNetworkFilter()!], sides, info);
 * stream.newConnection();
 * stream.downstreamData(Buffer.from("hello"), false);
 */
export class TcpStream {
  private readonly held: Readonly<Record<Side, ByteBuffer>> = {
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
    this.held.downstream.append(bytes);
    // Envoy counts what is held whenever more comes.
    this.info.received += this.held.downstream.length;
    if (end) this.ended = true;
    this.pass(0);
    this.checkFlow("downstream");
  }

  upstreamData(bytes: Uint8Array, end: boolean): void {
    if (this.isClosing) return;
    const { upstream } = this.held;
    upstream.append(bytes);
    if (this.passUpstream(end)) {
      this.info.sent += upstream.length;
      this.sides.toDownstream(upstream.take(), end);
    }
    this.checkFlow("upstream");
  }

  /** The client's connection is gone: closed by the gateway, or by the client. */
  closed(type: CloseType.Local | CloseType.Remote): void {
    if (this.isClosed) return;
    this.isClosing = true;
    this.isClosed = true;
    for (const filter of this.filters) filter.closed(type);
  }

  /** What waits at a filter goes on behind it. */
  continueReading(filter: NetworkFilter): void {
    this.pass(this.filters.indexOf(filter) + 1);
    this.checkFlow("downstream");
  }

  /** Closes the connection, as a plugin wants it. */
  close(): void {
    if (this.isClosing) return;
    this.isClosing = true;
    this.sides.close();
  }

  private pass(from: number): void {
    if (this.isClosing) return;
    const { downstream } = this.held;
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
        (filter) => filter.data("upstream", this.held.upstream, end) === NetworkStatus.Continue && !this.isClosing,
      );
  }

  /** A side waits while more of its bytes are held than may be. */
  private checkFlow(side: Side): void {
    const { length } = this.held[side];
    const paused = this.slowed[side] ? length > this.limit / 2 : length > this.limit;
    if (paused === this.slowed[side]) return;
    this.slowed[side] = paused;
    this.sides.flow?.(side, paused);
  }
}
