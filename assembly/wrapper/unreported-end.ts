import { responseHasEnded } from "./gateway-state";

/** After so many ticks (50 ms each) without a chunk, a response has ended that the upstream has ended. */
const QUIET_TICKS = 41;
/** The same where the last chunk was empty. */
const QUIET_TICKS_EMPTY = 3;

/**
 * Guesses the end of a response that the host does not report. A filter in front that adds trailers with the last chunk,
 * such as Envoy's decompressor, makes Envoy call no callback any more of a filter that buffers.
 *
 * Source: Envoy 1.40, `FilterManager::encodeData`, which returns before the trailers when a filter stops the iteration.
 */
export class UnreportedEnd {
  private lastIsEmpty: bool = false;
  private quietTicks: i32 = 0;

  /** A chunk has come that is not the last one. */
  onChunk(isEmpty: bool): void {
    this.quietTicks = 0;
    this.lastIsEmpty = isEmpty;
  }

  /** Called at each tick; returns whether the response has ended. */
  onTick(stream: u32): bool {
    return ++this.quietTicks >= (this.lastIsEmpty ? QUIET_TICKS_EMPTY : QUIET_TICKS) && responseHasEnded(stream);
  }
}
