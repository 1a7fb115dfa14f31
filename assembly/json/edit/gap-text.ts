import { skipSpace } from "../byte";
import { skipValue } from "../children";
import { Json } from "../json";
import { PADDING } from "../parse";

/**
 * A text with a gap, which moves to the place of the edits, so that edits from front to back move each byte once.
 *
 *     | before the gap | gap | after the gap | PADDING zeros |
 *     0             gap    rest             end
 *
 * An offset counts bytes of the text, without the gap. Addresses are valid until the next call.
 */
export class GapText {
  private rest: i32;
  private end: i32;

  /** @param buffer The text, `gap` free bytes before it, and PADDING zeros after it. */
  constructor(
    private buffer: ArrayBuffer,
    free: i32,
  ) {
    this.rest = free;
    this.end = buffer.byteLength - PADDING;
  }

  private gap: i32 = 0;

  get length(): i32 {
    return this.gap + this.end - this.rest;
  }

  /** Moves the gap to an offset, and returns the address of the text behind the gap. */
  seek(offset: i32): usize {
    const p = changetype<usize>(this.buffer);
    const move = this.gap - offset;
    if (move > 0) memory.copy(p + <usize>(this.rest - move), p + <usize>offset, move);
    else memory.copy(p + <usize>this.gap, p + <usize>this.rest, -move);
    this.gap = offset;
    this.rest -= move;
    return p + <usize>this.rest;
  }

  /** The offset of an address behind the gap. */
  offsetOf(address: usize): i32 {
    return <i32>(address - changetype<usize>(this.buffer)) - this.rest + this.gap;
  }

  /** Replaces the bytes between two addresses behind the gap. The gap is behind the new bytes afterwards. */
  replace(start: usize, end: usize, bytes: ArrayBuffer): void {
    this.seek(this.offsetOf(start));
    this.rest += <i32>(end - start);
    const size = bytes.byteLength;
    if (size > this.rest - this.gap) this.grow(size);
    memory.copy(changetype<usize>(this.buffer) + <usize>this.gap, changetype<usize>(bytes), size);
    this.gap += size;
  }

  /** The text as a value, without a copy, if it is JSON; missing if it is empty. The value is valid until the next call. */
  toJson(): Json {
    const base = changetype<usize>(this.buffer);
    const first = skipSpace(this.seek(0));
    return new Json(this.buffer, <i32>(first - base), <i32>((load<u8>(first) ? skipValue(first) : first) - base));
  }

  /** The text in its own buffer, without a copy that would need as much memory again. Ends the use of this object. */
  take(): ArrayBuffer {
    const length = this.length;
    this.seek(length);
    return changetype<ArrayBuffer>(__renew(changetype<usize>(this.buffer), length));
  }

  /** A copy of the text, followed by `padding` zeros. */
  toBuffer(padding: i32): ArrayBuffer {
    const copy = new ArrayBuffer(this.length + padding);
    this.copyTo(changetype<usize>(copy), changetype<usize>(copy) + <usize>this.gap);
    return copy;
  }

  /** Makes the gap at least `size` bytes long, and the text at most half of the buffer. */
  private grow(size: i32): void {
    const length = this.length;
    const larger = new ArrayBuffer(length + size + max(length, 128) + PADDING);
    const base = changetype<usize>(larger);
    const end = larger.byteLength - PADDING;
    const rest = end - (this.end - this.rest);
    this.copyTo(base, base + <usize>rest);
    this.buffer = larger;
    this.rest = rest;
    this.end = end;
  }

  private copyTo(before: usize, after: usize): void {
    const p = changetype<usize>(this.buffer);
    memory.copy(before, p, this.gap);
    memory.copy(after, p + <usize>this.rest, this.end - this.rest);
  }
}
