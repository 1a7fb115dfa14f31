/** The content of a buffer for a host call: bytes that the plugin may read, bytes that it may also change, or no bytes. */
export type BufferView = { fixed: Buffer } | { bytes: ByteBuffer } | "empty";

/**
 * Bytes on their way through a stream, as Envoy's buffers: they are moved from one to another, and changed at the ends.
 *
 * @example
 * const held = new ByteBuffer();
 * held.move(new ByteBuffer(Buffer.from("abc"))); // now held has 3 bytes and the other none
 */
export class ByteBuffer {
  private chunks: Buffer[] = [];
  length = 0;

  constructor(bytes?: Uint8Array) {
    if (bytes) this.append(bytes);
  }

  append(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.chunks.push(asBuffer(bytes));
    this.length += bytes.length;
  }

  prepend(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.chunks.unshift(asBuffer(bytes));
    this.length += bytes.length;
  }

  /** Takes all bytes of another buffer. */
  move(from: ByteBuffer): void {
    if (from === this) return;
    this.chunks.push(...from.chunks);
    this.length += from.length;
    from.chunks = [];
    from.length = 0;
  }

  /** Drops bytes from the front. */
  drain(size: number): void {
    if (size >= this.length) {
      this.chunks = [];
      this.length = 0;
    } else if (size > 0) {
      this.chunks = [this.whole().subarray(size)];
      this.length -= size;
    }
  }

  /** All bytes in one piece, which must not be changed. They stay. */
  whole(): Buffer {
    if (this.chunks.length === 0) return Buffer.alloc(0);
    if (this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0]!;
  }

  /** All bytes in one piece. They are gone from here. */
  take(): Buffer {
    const bytes = this.whole();
    this.chunks = [];
    this.length = 0;
    return bytes;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
