import { DataStatus, HeadersStatus, TrailersStatus } from "../abi.js";
import { ByteBuffer } from "../message/byte-buffer.js";
import { HeaderMap } from "../message/header-map.js";

/** Takes the parts of a message behind the last filter of a chain. */
export interface Sink {
  headers(map: HeaderMap, end: boolean): void;
  data(bytes: ByteBuffer, end: boolean): void;
  trailers(map: HeaderMap): void;
}

/** One filter in one direction. It returns for each part whether the message continues. */
export interface Filter {
  headers(map: HeaderMap, end: boolean): HeadersStatus;
  data(bytes: ByteBuffer, end: boolean): DataStatus;
  trailers(map: HeaderMap): TrailersStatus;
}

/** The stream that a chain belongs to. */
export interface ChainOwner {
  /** How many bytes may be buffered. */
  readonly limit: number;
  /** More bytes are buffered than allowed, by a filter that does not slow the sender down. */
  tooLarge(): void;
  /** The sender must pause, or may continue. */
  flow(paused: boolean): void;
  /** The callback of a filter has aborted the chain, and has returned. */
  stopped(): void;
  /** Trailers that a filter adds continue at once, even if the filter buffers the body. True for requests only. */
  readonly passesAddedTrailers: boolean;
}

type Calling = "headers" | "data" | "trailers";

/**
 * The filters of one direction, and the message that passes through them: Envoy's filter manager. If a filter stops the
 * message, later parts wait in the chain's buffer, or the sender is slowed down.
 */
export class FilterChain {
  readonly filters: readonly ActiveFilter[];
  headersMap: HeaderMap | undefined;
  trailersMap: HeaderMap | undefined;
  /** The buffered bytes; all filters of the chain share this buffer. */
  buffered: ByteBuffer | undefined;
  /** How many bytes may be buffered. */
  limit: number;
  /** The sender has sent everything. */
  ended = false;
  /** Nothing continues, because a local reply has replaced the message or the stream is over. */
  aborted = false;
  private calling: Calling | undefined;
  private slowed = false;
  /** The sink has the end of the message. Nothing may follow, however often a filter continues. */
  private sinkEnded = false;

  constructor(
    filters: readonly Filter[],
    private readonly sink: Sink,
    private readonly owner: ChainOwner,
  ) {
    this.limit = owner.limit;
    this.filters = filters.map((filter, index) => new ActiveFilter(filter, index, this));
  }

  /** Whether a callback of a filter runs in this direction. */
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
    // A filter that has buffered nothing still reads this buffer in later callbacks, when it is empty.
    bytes.take();
  }

  trailers(map: HeaderMap): void {
    if (this.aborted) return;
    this.ended = true;
    this.trailersMap = map;
    this.passTrailers(0);
  }

  /** Passes the headers to the filters from an index on, then to the sink. */
  passHeaders(from: number, end: boolean): void {
    for (const active of this.filters.slice(from)) {
      active.ended = end;
      const status = this.inCall("headers", () => active.filter.headers(this.headersMap!, end));
      if (this.aborted) return this.owner.stopped();
      if (!active.afterHeaders(status)) return;
    }
    this.sinkEnded = end;
    this.sink.headers(this.headersMap!, end);
  }

  passData(from: number, bytes: ByteBuffer, end: boolean): void {
    if (this.aborted) return;
    let trailersFrom: ActiveFilter | undefined;
    for (const active of this.filters.slice(from)) {
      if (active.hasStoppedAll) return this.buffer(bytes, active.slowsSender);
      if (active.ended) return;
      active.ended = end && !this.trailersMap;
      const before = this.trailersMap;
      const status = this.inCall("data", () => active.filter.data(bytes, active.ended));
      if (!before && this.trailersMap && trailersFrom === undefined) {
        end = false;
        trailersFrom = active;
      }
      if (this.aborted) return this.owner.stopped();
      if (active.afterData(status, bytes)) continue;
      if (trailersFrom && this.owner.passesAddedTrailers) this.passTrailers(trailersFrom.next);
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
    for (const active of this.filters.slice(from)) {
      if (active.hasStoppedAll) return;
      const status = this.inCall("trailers", () => active.filter.trailers(this.trailersMap!));
      active.ended = true;
      if (this.aborted) return this.owner.stopped();
      if (!active.afterTrailers(status)) return;
    }
    if (this.sinkEnded) return;
    this.sinkEnded = true;
    this.sink.trailers(this.trailersMap!);
  }

  /** Buffers bytes. Beyond the limit, the sender is slowed down if `slows`; otherwise the message is too large. */
  buffer(bytes: ByteBuffer, slows: boolean): void {
    this.buffered ??= new ByteBuffer();
    this.buffered.move(bytes);
    if (this.buffered.length <= this.limit || this.slowed || this.aborted) return;
    if (!slows) return this.owner.tooLarge();
    this.slowed = true;
    this.owner.flow(true);
  }

  /** Adds bytes for a filter: its own, or the chunk that its callback has just got. */
  add(active: ActiveFilter, bytes: ByteBuffer): void {
    if (this.calling === "trailers" && active.canIterate) this.passData(active.index + 1, bytes, false);
    else this.buffer(bytes, false);
  }

  /** Lets the sender continue when at most half of the limit is buffered. */
  checkFlow(): void {
    if (!this.slowed || (this.buffered?.length ?? 0) > this.limit / 2) return;
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

enum State {
  Continue,
  /** The headers, or the last part, wait here. The filter still gets later parts. */
  StopSingle,
  /** Everything waits here, up to the limit. The filter gets no later parts. */
  StopAllBuffer,
  /** As `StopAllBuffer`, but beyond the limit the sender is slowed down. */
  StopAllWatermark,
}

/**
 * A filter in its chain: whether the message waits at this filter, and how it continues. Envoy's
 * `ActiveStreamFilterBase`.
 */
export class ActiveFilter {
  /** The filter has seen the end, or gets nothing more. */
  ended = false;
  private state = State.Continue;
  private headersContinued = false;
  /** The message continues from the filter itself, even if the filter continues it again meanwhile. */
  private resumesHere = false;

  constructor(
    readonly filter: Filter,
    readonly index: number,
    private readonly chain: FilterChain,
  ) {}

  get canIterate(): boolean {
    return this.state === State.Continue;
  }

  get hasStoppedAll(): boolean {
    return this.state === State.StopAllBuffer || this.state === State.StopAllWatermark;
  }

  get slowsSender(): boolean {
    return this.state === State.StopAllWatermark;
  }

  get isAborted(): boolean {
    return this.chain.aborted;
  }

  /** Applies the status that the filter returned for the headers; true if they continue. */
  afterHeaders(status: HeadersStatus): boolean {
    if (status === HeadersStatus.StopIteration) this.state = State.StopSingle;
    else if (status === HeadersStatus.StopAllIterationAndBuffer) this.state = State.StopAllBuffer;
    else if (status === HeadersStatus.StopAllIterationAndWatermark) this.state = State.StopAllWatermark;
    else this.headersContinued = true;
    return this.canIterate;
  }

  afterData(status: DataStatus, bytes: ByteBuffer): boolean {
    const { chain } = this;
    if (status === DataStatus.Continue) {
      if (this.state !== State.StopSingle) return true;
      chain.buffer(bytes, false);
      this.continue();
      return false;
    }
    this.state = State.StopSingle;
    if (status !== DataStatus.StopIterationNoBuffer) {
      chain.buffer(bytes, status === DataStatus.StopIterationAndWatermark);
    } else if (chain.ended && !chain.trailersMap && !chain.buffered) {
      // So that a resume passes the end on.
      chain.buffered = new ByteBuffer();
    }
    return false;
  }

  afterTrailers(status: TrailersStatus): boolean {
    if (status === TrailersStatus.Continue) {
      if (this.state !== State.StopSingle) return true;
      this.continue();
      return false;
    }
    if (this.canIterate) this.state = State.StopSingle;
    return false;
  }

  /**
   * Continues the message behind this filter. If the filter had stopped everything, it has not seen body and trailers,
   * so these continue from the filter itself.
   */
  continue(): void {
    const { chain } = this;
    if (chain.aborted || !chain.headersMap) return;
    if (this.hasStoppedAll) this.resumesHere = true;
    this.state = State.Continue;
    if (!this.headersContinued) {
      this.headersContinued = true;
      chain.passHeaders(this.index + 1, chain.ended && !chain.buffered && !chain.trailersMap);
    }
    const hadTrailers = chain.trailersMap !== undefined;
    if (chain.buffered) chain.passData(this.next, chain.buffered, chain.ended && !hadTrailers);
    if (hadTrailers) chain.passTrailers(this.next);
    this.resumesHere = false;
    chain.checkFlow();
  }

  /** The index of the filter that gets the continued parts first: this filter, if it has not seen them yet. */
  get next(): number {
    return this.resumesHere ? this.index : this.index + 1;
  }

  /** Passes bytes of the filter's own on, behind this filter. Headers that still wait here continue first. */
  inject(bytes: Buffer, end: boolean): void {
    const { chain } = this;
    if (chain.aborted || !chain.headersMap) return;
    if (!this.headersContinued) {
      this.headersContinued = true;
      this.state = State.StopSingle;
      chain.passHeaders(this.index + 1, false);
    }
    chain.passData(this.index + 1, new ByteBuffer(bytes), end);
  }

  /** Adds bytes to the buffered body. */
  add(bytes: ByteBuffer): void {
    this.chain.add(this, bytes);
  }

  get buffered(): ByteBuffer | undefined {
    return this.chain.buffered;
  }

  /** Adds trailers to a message that has none. */
  addTrailers(): HeaderMap {
    return (this.chain.trailersMap ??= new HeaderMap("trailers"));
  }
}
