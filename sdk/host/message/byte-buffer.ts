/** The content of a buffer for a host call: bytes that the plugin may read, bytes that it may also change, or no bytes. */
export type BufferView = { fixed: Buffer } | { bytes: ByteBuffer } | "empty";

/**
 * Bytes of a stream, like an Envoy buffer: they move from one buffer to another, and only the ends change.
 *
 * @example
 * const held = new ByteBuffer();
 * held.move(new ByteBuffer(Buffer.from("abc"))); // held now has 3 bytes, the other buffer is empty
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

  /** Moves all bytes of another buffer to the end of this one. */
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

  /** All bytes in one block, which must not be changed. The buffer keeps them. */
  whole(): Buffer {
    if (this.chunks.length === 0) return Buffer.alloc(0);
    if (this.chunks.length > 1) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0]!;
  }

  /** Removes and returns all bytes, in one block. */
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
