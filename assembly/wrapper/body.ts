import { select } from "../abi/entry";
import { BufferType, Status } from "../abi/enums";
import { decodeUtf8, encodeUtf8 } from "../abi/utf8";
import { bodySize, emptyBody, writeBody } from "../proxywasm/body-buffer";
import { readBuffer } from "../proxywasm/buffer";
import { reported } from "../proxywasm/log";
import { statusName } from "../proxywasm/status";

/**
 * A whole body, as it is in the gateway: compressed, if it was sent so. Bytes first, text where it is asked for.
 *
 * @example
 * ```ts
 * if (body.encoding == "") body.replace(body.text().replace("http://", "https://"));
 * ```
 */
export class Body {
  private read: ArrayBuffer | null = null;
  /** The bytes are in `read` only: the host has none of them. */
  private isKept: bool = false;

  /** @internal */
  constructor(
    private context: u32,
    private buffer: BufferType,
    /** The `content-encoding` of the message (`gzip`, …); "" for none. */
    readonly encoding: string,
    private writable: bool,
  ) {}

  /** How many bytes there are. */
  get length(): i32 {
    const read = this.read;
    if (read !== null) return read.byteLength;
    return select(this.context) ? bodySize(this.buffer) : 0;
  }

  /** The bytes; none where the body is gone: it went on, or its stream has ended. */
  bytes(): ArrayBuffer {
    const known = this.read;
    if (known !== null) return known;
    const read = select(this.context) ? readBuffer(this.buffer, i32.MAX_VALUE) : new ArrayBuffer(0);
    this.read = read;
    return read;
  }

  /** The body as text. Bytes that are not UTF-8 become the characters U+DC80 to U+DCFF, and the same bytes when written. */
  text(): string {
    const bytes = this.bytes();
    return decodeUtf8(changetype<usize>(bytes), bytes.byteLength);
  }

  /**
   * Puts something else in the place of the body.
   *
   * @param data a string or an ArrayBuffer; it is sent as it is, so it must fit the encoding, or `content-encoding` must
   * have gone in the headers hook
   * @returns null, or why it was refused: the hook only reads (`Read…BodyBy`), or the body is gone. It is logged.
   */
  replace<T>(data: T): Error | null {
    return this.write(0, i32.MAX_VALUE, bytesOf<T>(data));
  }

  /** Puts something before the body; as `replace`. */
  prepend<T>(data: T): Error | null {
    return this.write(0, 0, bytesOf<T>(data));
  }

  /** Puts something behind the body; as `replace`. */
  append<T>(data: T): Error | null {
    return this.write(i32.MAX_VALUE, 0, bytesOf<T>(data));
  }

  /**
   * @internal Takes all bytes out of the host's buffer, so that no other filter can send them on.
   *
   * @returns false where the host does not give them up
   */
  keep(): bool {
    // Where trailers end an empty body the host has no buffer.
    if (this.bytes().byteLength == 0) return true;
    this.isKept = emptyBody(this.buffer);
    return this.isKept;
  }

  /** @internal Puts the bytes that were taken back into the host's buffer; false where the host does not take them. */
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
    return null;
  }
}

/** A copy of some bytes, with others in place of `length` of them from `start` on; both may be beyond the end. */
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
