import { DataStatus, HeadersStatus, TrailersStatus } from "./abi.js";
import { ByteBuffer } from "./message/byte-buffer.js";
import type { Chain, Filter } from "./stream/filter-chain.js";
import { HeaderMap } from "./message/header-map.js";

enum State {
  Continue,
  /** The headers, or what came last, wait here; what comes next is still shown to the filter. */
  StopSingle,
  /** Everything waits here, unseen, up to the limit. */
  StopAllBuffer,
  /** The same, and the sender is slowed down in the place of the limit. */
  StopAllWatermark,
}

/** A filter's place in a chain: whether it holds the message, and how it lets it go on. */
export class Link {
  /** The filter has seen the end, or will not get more. */
  ended = false;
  private state = State.Continue;
  private headersContinued = false;
  /** The message goes on from the filter itself: also where the filter lets it go on again meanwhile. */
  private resumesHere = false;

  constructor(
    readonly filter: Filter,
    readonly index: number,
    private readonly chain: Chain,
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

  /** Nothing goes on any more. */
  get isAborted(): boolean {
    return this.chain.aborted;
  }

  /** Notes what the filter said of the headers; true if they go on. */
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
      chain.hold(bytes, false);
      this.continue();
      return false;
    }
    this.state = State.StopSingle;
    if (status !== DataStatus.StopIterationNoBuffer) {
      chain.hold(bytes, status === DataStatus.StopIterationAndWatermark);
    } else if (chain.ended && !chain.trailersMap && !chain.held) {
      // So that a resume sends the end on.
      chain.held = new ByteBuffer();
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
   * Lets the message go on behind this filter. Where everything was held, the filter has not seen body and trailers: they
   * go on from the filter itself.
   */
  continue(): void {
    const { chain } = this;
    if (chain.aborted || !chain.headersMap) return;
    if (this.hasStoppedAll) this.resumesHere = true;
    this.state = State.Continue;
    if (!this.headersContinued) {
      this.headersContinued = true;
      chain.passHeaders(this.index + 1, chain.ended && !chain.held && !chain.trailersMap);
    }
    const hadTrailers = chain.trailersMap !== undefined;
    if (chain.held) chain.passData(this.next, chain.held, chain.ended && !hadTrailers);
    if (hadTrailers) chain.passTrailers(this.next);
    this.resumesHere = false;
    chain.checkFlow();
  }

  /** Where what the filter lets go on goes first: to the filter itself, when it has not seen it yet. */
  get next(): number {
    return this.resumesHere ? this.index : this.index + 1;
  }

  /** Sends bytes of the filter's own on, behind it; the headers first, if they still wait here. */
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

  /** Holds bytes here, as part of the body. */
  add(bytes: ByteBuffer): void {
    this.chain.add(this, bytes);
  }

  /** The bytes that are held. */
  get held(): ByteBuffer | undefined {
    return this.chain.held;
  }

  /** Gives the message trailers of its own; only where it ends without any. */
  addTrailers(): HeaderMap {
    return (this.chain.trailersMap ??= new HeaderMap("trailers"));
  }
}
