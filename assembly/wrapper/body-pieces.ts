import { BufferType, Status } from "../abi/enums";
import { emptyBody, writeBody } from "../proxywasm/body-buffer";
import { readBuffer } from "../proxywasm/buffer";

/**
 * The pieces of a body that has not ended, kept in the VM. Envoy has one buffer for all filters of a stream: a later filter
 * that resumes the stream sends on what an earlier one has buffered there. What is not in the buffer stays.
 *
 * Source: Envoy 1.40, `ActiveStreamFilterBase::commonContinue` and `commonHandleBufferData`.
 */
export class BodyPieces {
  private pieces: ArrayBuffer[] = [];
  private size: i32 = 0;

  constructor(private buffer: BufferType) {}

  /** How many bytes are kept. */
  get length(): i32 {
    return this.size;
  }

  /**
   * Takes what the host has of the body now.
   *
   * @returns false where the host does not give it up
   */
  take(size: i32): bool {
    if (size == 0) return true;
    const piece = readBuffer(this.buffer, size);
    if (piece.byteLength != size || !emptyBody(this.buffer)) return false;
    this.pieces.push(piece);
    this.size += size;
    return true;
  }

  /**
   * Puts all pieces before what the host has of the body.
   *
   * @returns false where the host does not take them
   */
  putBack(): bool {
    const pieces = this.pieces;
    for (let i = pieces.length - 1; i >= 0; i--) {
      if (writeBody(this.buffer, 0, 0, pieces[i]) != Status.Ok) return false;
    }
    this.pieces = [];
    this.size = 0;
    return true;
  }
}
