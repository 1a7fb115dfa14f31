import { select } from "../abi/entry";
import { BufferType, Status } from "../abi/enums";
import { decodeUtf8, encodeUtf8 } from "../abi/utf8";
import { bodySize, emptyBody, writeBody } from "../proxywasm/body-buffer";
import { readBuffer } from "../proxywasm/buffer";
import { reported } from "../proxywasm/log";
import { statusName } from "../proxywasm/status";

/**
 * The whole body of a message, as the gateway received it: a compressed body is still compressed.
 *
 * @example
 * ```ts
 * if (body.encoding == "") body.replace<string>(body.text().replace("http://", "https://"));
 * ```
 */
export class Body {
  private read: ArrayBuffer | null = null;
  /** The bytes are only in `read`; the host's buffer is empty. */
  private isKept: bool = false;
  /** @internal The size of the host's buffer after the last write; -1: not recorded. */
  hostSize: i32 = -1;

  /** @internal */
  constructor(
    private context: u32,
    private buffer: BufferType,
    /** The `content-encoding` of the message (`gzip`, …); "" if the message has no such header. */
    readonly encoding: string,
    private writable: bool,
  ) {}

  /** The number of bytes. */
  get length(): i32 {
    const read = this.read;
    if (read !== null) return read.byteLength;
    return select(this.context) ? bodySize(this.buffer) : 0;
  }

  /** Returns the bytes; an empty buffer if the body has continued or its stream has ended. */
  bytes(): ArrayBuffer {
    const known = this.read;
    if (known !== null) return known;
    const read = select(this.context) ? readBuffer(this.buffer, i32.MAX_VALUE) : new ArrayBuffer(0);
    this.read = read;
    return read;
  }

  /**
   * Returns the body as text. Bytes that are not UTF-8 become the characters U+DC80 to U+DCFF, which are written as the
   * same bytes.
   */
  text(): string {
    const bytes = this.bytes();
    return decodeUtf8(changetype<usize>(bytes), bytes.byteLength);
  }

  /**
   * Replaces the body.
   *
   * @param data a string or an ArrayBuffer, which is sent unchanged: it must have the message's encoding, or the headers
   * hook must have deleted `content-encoding`
   * @returns null, or an error, which is also logged: the hook only reads (`Read…BodyBy`), or the stream is over
   */
  replace<T>(data: T): Error | null {
    return this.write(0, i32.MAX_VALUE, bytesOf<T>(data));
  }

  /** Inserts data before the body; parameter and result as for `replace`. */
  prepend<T>(data: T): Error | null {
    return this.write(0, 0, bytesOf<T>(data));
  }

  /** Adds data after the body; parameter and result as for `replace`. */
  append<T>(data: T): Error | null {
    return this.write(i32.MAX_VALUE, 0, bytesOf<T>(data));
  }

  /**
   * @internal Moves all bytes out of the host's buffer, so that no other filter can send them on.
   *
   * @returns false if the host does not remove them
   */
  keep(): bool {
    // If trailers end an empty body, the host has no buffer.
    if (this.bytes().byteLength == 0) return true;
    this.isKept = emptyBody(this.buffer);
    return this.isKept;
  }

  /**
   * @internal Undoes `keep`: puts the bytes back into the host's buffer. Returns false if the host does not accept them.
   */
  putBack(): bool {
    if (!this.isKept) return true;
    this.isKept = false;
    return select(this.context) && writeBody(this.buffer, 0, i32.MAX_VALUE, this.bytes()) == Status.Ok;
  }

  private write(start: i32, length: i32, bytes: ArrayBuffer): Error | null {
    if (!this.writable) return reported("the body cannot be written: the hook was registered to read it");
    if (!select(this.context)) return reported("the body cannot be written: the stream is over");
    if (this.isKept) {
      this.read = spliced(this.bytes(), start, length, bytes);
      return null;
    }
    const status = writeBody(this.buffer, start, length, bytes);
    if (status != Status.Ok) return reported("the body cannot be written: " + statusName(status));
    this.read = null;
    if (this.hostSize >= 0) this.hostSize = bodySize(this.buffer);
    return null;
  }
}

/** A copy of `old` in which `bytes` replace `length` bytes from `start` on. `start` and `length` may be beyond the end. */
function spliced(old: ArrayBuffer, start: i32, length: i32, bytes: ArrayBuffer): ArrayBuffer {
  const size = old.byteLength;
  const from = min(start, size);
  const to = length >= size - from ? size : from + length;
  const result = new ArrayBuffer(size - (to - from) + bytes.byteLength);
  const p = changetype<usize>(result);
  memory.copy(p, changetype<usize>(old), from);
  memory.copy(p + from, changetype<usize>(bytes), bytes.byteLength);
  memory.copy(p + from + bytes.byteLength, changetype<usize>(old) + to, size - to);
  return result;
}

function bytesOf<T>(data: T): ArrayBuffer {
  if (isString<T>()) return encodeUtf8(changetype<string>(data));
  return changetype<ArrayBuffer>(data);
}
