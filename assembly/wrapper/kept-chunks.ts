import { BufferType, Status } from "../abi/enums";
import { emptyBody, writeBody } from "../proxywasm/body-buffer";
import { readBuffer } from "../proxywasm/buffer";

/**
 * The chunks of a body that has not ended, kept in the VM. Envoy has one buffer for all filters of a stream. A later filter
 * that resumes the stream sends on what an earlier filter has buffered there. Bytes in the VM stay.
 *
 * Source: Envoy 1.40, `ActiveStreamFilterBase::commonContinue` and `commonHandleBufferData`.
 */
export class KeptChunks {
  private chunks: ArrayBuffer[] = [];
  private size: i32 = 0;

  constructor(private buffer: BufferType) {}

  /** The number of bytes in the VM. */
  get length(): i32 {
    return this.size;
  }

  /**
   * Moves the bytes in the host's buffer into the VM.
   *
   * @returns false if the host does not remove them from its buffer
   */
  take(size: i32): bool {
    if (size == 0) return true;
    const chunk = readBuffer(this.buffer, size);
    if (chunk.byteLength != size || !emptyBody(this.buffer)) return false;
    this.add(chunk);
    return true;
  }

  /** Adds bytes that the host's buffer does not contain. */
  add(chunk: ArrayBuffer): void {
    if (chunk.byteLength == 0) return;
    this.chunks.push(chunk);
    this.size += chunk.byteLength;
  }

  /**
   * Writes all chunks back to the host's buffer, before the bytes that are there.
   *
   * @returns false if the host does not accept them
   */
  putBack(): bool {
    const chunks = this.chunks;
    for (let i = chunks.length - 1; i >= 0; i--) {
      if (writeBody(this.buffer, 0, 0, chunks[i]) != Status.Ok) return false;
    }
    this.chunks = [];
    this.size = 0;
    return true;
  }
}
