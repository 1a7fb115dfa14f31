import { ByteBuffer } from "./byte-buffer.js";
import type { StreamInfo } from "./stream-info.js";

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
  /** Takes what the client has sent, behind the last filter. */
  toUpstream(bytes: Buffer, end: boolean): void;
  /** Takes what the upstream has sent. */
  toDownstream(bytes: Buffer, end: boolean): void;
  /** A plugin wants the connection closed, when what is written is out. */
  close(): void;
}

/**
 * A connection on its way through the plugins of a gateway, as Envoy's network filters. What the client sends is gathered
 * until the last filter has let it pass: whenever more comes, all filters are shown all of it, from the first on, until
 * one stops. What the upstream sends passes in reverse, piece by piece; where a filter stops, the piece is gone.
 *
 * @example
 * const stream = new TcpStream([plugin.newNetworkFilter()!], sides, info);
 * stream.newConnection();
 * stream.downstreamData(Buffer.from("hello"), false);
 */
export class TcpStream {
  private readonly held = new ByteBuffer();
  private readonly greeted = new Set<NetworkFilter>();
  private ended = false;
  private isClosed = false;

  constructor(
    private readonly filters: readonly NetworkFilter[],
    private readonly sides: TcpSides,
    readonly info: StreamInfo,
  ) {
    for (const filter of filters) filter.attach(this);
  }

  newConnection(): void {
    this.pass(0);
  }

  downstreamData(bytes: Uint8Array, end: boolean): void {
    if (this.isClosed) return;
    this.held.append(bytes);
    if (end) this.ended = true;
    this.pass(0);
  }

  upstreamData(bytes: Uint8Array, end: boolean): void {
    if (this.isClosed) return;
    const buffer = new ByteBuffer(bytes);
    for (const filter of [...this.filters].reverse()) {
      const status = filter.data("upstream", buffer, end);
      if (this.isClosed || status !== NetworkStatus.Continue) return;
    }
    this.sides.toDownstream(buffer.take(), end);
  }

  /** The client's connection is gone: closed by the gateway, or by the client. */
  closed(type: CloseType.Local | CloseType.Remote): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const filter of this.filters) filter.closed(type);
  }

  /** What waits at a filter goes on behind it. */
  continueReading(filter: NetworkFilter): void {
    this.pass(this.filters.indexOf(filter) + 1);
  }

  /** Closes the connection, as a plugin wants it. */
  close(): void {
    if (this.isClosed) return;
    this.sides.close();
    this.closed(CloseType.Local);
  }

  private pass(from: number): void {
    if (this.isClosed) return;
    for (const filter of this.filters.slice(from)) {
      const isNew = !this.greeted.has(filter);
      this.greeted.add(filter);
      if (isNew && filter.newConnection() !== NetworkStatus.Continue) return;
      if (this.isClosed) return;
      if (this.held.length === 0 && !this.ended) continue;
      const status = filter.data("downstream", this.held, this.ended);
      if (this.isClosed || status !== NetworkStatus.Continue) return;
    }
    if (this.held.length > 0 || this.ended) this.sides.toUpstream(this.held.take(), this.ended);
  }
}
