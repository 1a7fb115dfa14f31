import { responseHasEnded } from "./gateway-state";

/** A response that the upstream has sent completely counts as ended after this many ticks (50 ms each) without a chunk. */
const QUIET_TICKS = 41;
/** The number of ticks if the last chunk was empty. */
const QUIET_TICKS_EMPTY = 3;

/**
 * Guesses the end of a response that the host does not report. If a filter between the upstream and the plugin adds
 * trailers with the last chunk, as Envoy's decompressor does, Envoy calls no further callback of a filter that buffers.
 *
 * Source: Envoy 1.40, `FilterManager::encodeData`, which returns before the trailers when a filter stops the iteration.
 */
export class UnreportedEnd {
  private lastIsEmpty: bool = false;
  private quietTicks: i32 = 0;

  /** Called for each chunk that the host does not report as the last. */
  onChunk(isEmpty: bool): void {
    this.quietTicks = 0;
    this.lastIsEmpty = isEmpty;
  }

  /** Called at each tick; returns whether the response has ended. */
  onTick(stream: u32): bool {
    return ++this.quietTicks >= (this.lastIsEmpty ? QUIET_TICKS_EMPTY : QUIET_TICKS) && responseHasEnded(stream);
  }
}
