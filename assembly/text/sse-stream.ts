import { integerText } from "../abi/decimal";
import { SseEvent } from "./sse-event";

/** The default limit for one event in bytes. */
const LIMIT: i32 = 1024 * 1024;

const CR: i32 = 0x0d;
const LF: i32 = 0x0a;

/**
 * Splits an event stream (`text/event-stream`) that arrives in chunks into its events, wherever the chunks are split: in an
 * event, in a character, between CR and LF. The bytes of all events, one after the other, are the bytes that arrived. So
 * comments, blank lines and a last event without a blank line are events, too, see `SseEvent.hasData` and `isComplete`.
 *
 * Use a new stream for each message. The stream keeps the beginning of an event for the next chunk, up to a limit.
 *
 * @example
 * ```ts
 * function onChunk(ctx: HttpContext, config: Config, chunk: ArrayBuffer, isLast: bool, log: Log): ArrayBuffer {
 *   let stream = ctx.get<SseStream>("events");
 *   if (stream === null) ctx.set<SseStream>("events", (stream = new SseStream()));
 *   const events = stream.push(chunk, isLast);
 *   for (let i = 0; i < events.length; i++) {
 *     if (events[i].data.includes("secret")) events[i].setData("removed");
 *   }
 *   return joinEvents(events);
 * }
 * ```
 */
export class SseStream {
  /** Why the stream has ended early: an event is larger than the limit. Null: no error. */
  error: Error | null = null;

  /** The beginning of an event. Its capacity grows by half, so that each byte moves a few times at most. */
  private kept: ArrayBuffer = new ArrayBuffer(0);
  private length: i32 = 0;
  private isFirst: bool = true;
  /** The last byte was in a line that is not blank. */
  private inLine: bool = false;
  /** The last byte was a CR, which a LF may complete. */
  private afterCr: bool = false;

  /** @param limit the largest event in bytes; 0 or more */
  constructor(private limit: i32 = LIMIT) {}

  /**
   * Takes the next chunk.
   *
   * @param chunk any bytes, or none
   * @param isLast whether the chunk is the last one. An event without a blank line at its end is then returned, too.
   * @returns the events that end in this chunk, in order. After an event that is larger than the limit, `error` is set. The
   * stream then returns the events before, and nothing more; `rest()` returns the bytes of the large event.
   */
  push(chunk: ArrayBuffer, isLast: bool): SseEvent[] {
    const events: SseEvent[] = [];
    if (this.error !== null) return events;
    const start = changetype<usize>(chunk);
    const size = chunk.byteLength;
    let from = 0;
    for (let at = 0; at < size; at++) {
      const c: i32 = load<u8>(start + at);
      if (c != CR && c != LF) {
        this.inLine = true;
        this.afterCr = false;
        continue;
      }
      if (c == LF && this.afterCr) {
        // This LF belongs to the CR before. If that CR has ended an event, the LF begins the bytes of the next event.
        this.afterCr = false;
        continue;
      }
      this.afterCr = c == CR;
      if (this.inLine) {
        this.inLine = false;
        continue;
      }
      if (c == CR && at + 1 < size && load<u8>(start + at + 1) == LF) {
        at++;
        this.afterCr = false;
      }
      if (this.isTooLarge(at + 1 - from)) return this.fail(chunk, from, events);
      this.keep(chunk, from, at + 1);
      events.push(this.next(true));
      from = at + 1;
    }
    if (this.isTooLarge(size - from)) return this.fail(chunk, from, events);
    this.keep(chunk, from, size);
    if (isLast && this.length > 0) events.push(this.next(false));
    return events;
  }

  /**
   * Removes and returns the bytes that `push` has taken and not returned: the beginning of an event. After `error` these
   * are the bytes up to the end of the chunk in which the event became too large.
   */
  rest(): ArrayBuffer {
    const bytes = this.kept.slice(0, this.length);
    this.length = 0;
    // The memory of a large event is not kept for small events.
    if (this.kept.byteLength > 4096) this.kept = new ArrayBuffer(0);
    return bytes;
  }

  /** Makes an event of the kept bytes. */
  private next(isComplete: bool): SseEvent {
    const isFirst = this.isFirst;
    this.isFirst = false;
    return new SseEvent(this.rest(), isComplete, isFirst);
  }

  private isTooLarge(more: i32): bool {
    return more > this.limit - this.length;
  }

  private fail(chunk: ArrayBuffer, from: i32, events: SseEvent[]): SseEvent[] {
    this.error = new Error("an event is larger than the limit of " + integerText(this.limit) + " bytes");
    this.keep(chunk, from, chunk.byteLength);
    return events;
  }

  /** Adds bytes of a chunk to the beginning of an event. */
  private keep(chunk: ArrayBuffer, from: i32, to: i32): void {
    const added = to - from;
    if (added == 0) return;
    const needed = this.length + added;
    if (needed > this.kept.byteLength) {
      const larger = new ArrayBuffer(max(needed, this.length + (this.length >> 1)));
      memory.copy(changetype<usize>(larger), changetype<usize>(this.kept), this.length);
      this.kept = larger;
    }
    memory.copy(changetype<usize>(this.kept) + this.length, changetype<usize>(chunk) + from, added);
    this.length = needed;
  }
}

/**
 * Returns the bytes of events, one after the other, as a hook on chunks returns them.
 *
 * @example
 * ```ts
 * const events = new SseStream().push(encodeText("data: 1\n\n: comment\n\n"), true);
 * const kept = events.filter((event) => event.hasData);
 * log.debug(decodeText(joinEvents(kept)));
 * ```
 */
export function joinEvents(events: SseEvent[]): ArrayBuffer {
  const parts: ArrayBuffer[] = [];
  let size = 0;
  for (let i = 0; i < events.length; i++) {
    const bytes = unchecked(events[i]).bytes();
    parts.push(bytes);
    size += bytes.byteLength;
  }
  const joined = new ArrayBuffer(size);
  let at = changetype<usize>(joined);
  for (let i = 0; i < parts.length; i++) {
    const bytes = unchecked(parts[i]);
    memory.copy(at, changetype<usize>(bytes), bytes.byteLength);
    at += bytes.byteLength;
  }
  return joined;
}
