import { DataStatus, HeadersStatus, TrailersStatus } from "../abi.js";
import { ByteBuffer } from "../message/byte-buffer.js";
import type { HeaderMap } from "../message/header-map.js";
import { Link } from "../link.js";

/** What takes the parts of a message: what is behind a chain. */
export interface Sink {
  headers(map: HeaderMap, end: boolean): void;
  data(bytes: ByteBuffer, end: boolean): void;
  trailers(map: HeaderMap): void;
}

/** One filter in one direction. It says of each part whether the message goes on. */
export interface Filter {
  headers(map: HeaderMap, end: boolean): HeadersStatus;
  data(bytes: ByteBuffer, end: boolean): DataStatus;
  trailers(map: HeaderMap): TrailersStatus;
}

/** What a chain tells the stream that it is part of. */
export interface ChainOwner {
  /** How many bytes may be held. */
  readonly limit: number;
  /** More bytes are held than may be, and not by a filter that slows the sender down. */
  tooLarge(): void;
  /** The sender shall wait, or go on. */
  flow(paused: boolean): void;
  /** The chain was stopped for good in a filter's callback, which has returned. */
  stopped(): void;
  /** Trailers that a filter adds go on at once, also where it holds the body: so it is with requests. */
  readonly trailersGoOn: boolean;
}

type Calling = "headers" | "data" | "trailers";

/**
 * The way of one message through the filters of one direction: what Envoy's filter manager does. A filter that stops is
 * where the message waits; what comes behind is held there, or the sender is slowed down.
 */
export class Chain {
  readonly links: readonly Link[];
  headersMap: HeaderMap | undefined;
  trailersMap: HeaderMap | undefined;
  /** The bytes that are held, wherever in the chain. */
  held: ByteBuffer | undefined;
  /** How many bytes may be held. */
  limit: number;
  /** The sender has sent all. */
  ended = false;
  /** Nothing goes on any more: there was an answer in the place of the message. */
  aborted = false;
  private calling: Calling | undefined;
  private slowed = false;
  /** What is behind the chain has the end: nothing may follow, however often a filter lets the message go on. */
  private sinkEnded = false;

  constructor(
    filters: readonly Filter[],
    private readonly sink: Sink,
    private readonly owner: ChainOwner,
  ) {
    this.limit = owner.limit;
    this.links = filters.map((filter, index) => new Link(filter, index, this));
  }

  /** Whether a filter of this direction is being called. */
  get isCalling(): boolean {
    return this.calling !== undefined;
  }

  headers(map: HeaderMap, end: boolean): void {
    this.headersMap = map;
    if (end) this.ended = true;
    this.passHeaders(0, end);
  }

  data(bytes: ByteBuffer, end: boolean): void {
    if (this.aborted) return;
    if (end) this.ended = true;
    this.passData(0, bytes, end);
    // A filter that has kept nothing still sees the buffer: empty.
    bytes.take();
  }

  trailers(map: HeaderMap): void {
    if (this.aborted) return;
    this.ended = true;
    this.trailersMap = map;
    this.passTrailers(0);
  }

  /** Sends the headers on, from the filter at an index. */
  passHeaders(from: number, end: boolean): void {
    for (const link of this.links.slice(from)) {
      link.ended = end;
      const status = this.inCall("headers", () => link.filter.headers(this.headersMap!, end));
      if (this.aborted) return this.owner.stopped();
      if (!link.afterHeaders(status)) return;
    }
    this.sinkEnded = end;
    this.sink.headers(this.headersMap!, end);
  }

  passData(from: number, bytes: ByteBuffer, end: boolean): void {
    if (this.aborted) return;
    let trailersFrom: Link | undefined;
    for (const link of this.links.slice(from)) {
      if (link.hasStoppedAll) return this.hold(bytes, link.slowsSender);
      if (link.ended) return;
      link.ended = end && !this.trailersMap;
      const before = this.trailersMap;
      const status = this.inCall("data", () => link.filter.data(bytes, link.ended));
      if (!before && this.trailersMap && trailersFrom === undefined) {
        end = false;
        trailersFrom = link;
      }
      if (this.aborted) return this.owner.stopped();
      if (link.afterData(status, bytes)) continue;
      if (trailersFrom && this.owner.trailersGoOn) this.passTrailers(trailersFrom.next);
      return;
    }
    if (this.sinkEnded) return;
    this.sinkEnded = end;
    this.sink.data(bytes, end);
    this.checkFlow();
    if (trailersFrom) this.passTrailers(trailersFrom.next);
  }

  passTrailers(from: number): void {
    if (this.aborted) return;
    for (const link of this.links.slice(from)) {
      if (link.hasStoppedAll) return;
      const status = this.inCall("trailers", () => link.filter.trailers(this.trailersMap!));
      link.ended = true;
      if (this.aborted) return this.owner.stopped();
      if (!link.afterTrailers(status)) return;
    }
    if (this.sinkEnded) return;
    this.sinkEnded = true;
    this.sink.trailers(this.trailersMap!);
  }

  /** Holds bytes; with `slows` the sender waits when they are many, without it that is an error. */
  hold(bytes: ByteBuffer, slows: boolean): void {
    this.held ??= new ByteBuffer();
    this.held.move(bytes);
    if (this.held.length <= this.limit || this.slowed || this.aborted) return;
    if (!slows) return this.owner.tooLarge();
    this.slowed = true;
    this.owner.flow(true);
  }

  /** A filter adds bytes of its own, or those that it was just given. */
  add(link: Link, bytes: ByteBuffer): void {
    if (this.calling === "trailers" && link.canIterate) this.passData(link.index + 1, bytes, false);
    else this.hold(bytes, false);
  }

  /** Lets the sender go on when little enough is held. */
  checkFlow(): void {
    if (!this.slowed || (this.held?.length ?? 0) > this.limit / 2) return;
    this.slowed = false;
    this.owner.flow(false);
  }

  private inCall<T>(calling: Calling, call: () => T): T {
    const outer = this.calling;
    this.calling = calling;
    try {
      return call();
    } finally {
      this.calling = outer;
    }
  }
}
