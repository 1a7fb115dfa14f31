import { decodeUtf8, incompleteEnd } from "../abi/utf8";

/**
 * Reads a text that comes in pieces, such as the chunks of a body: a character that is cut is read when its rest has
 * come. Bytes that are not UTF-8 are kept as `decodeText` keeps them, so the texts of all pieces together are what
 * `decodeText` makes of the whole.
 *
 * Each message needs its own. What the stream holds back, 3 bytes at most, goes with the next piece; that of the last
 * piece goes at once.
 *
 * @example
 * ```ts
 * function onChunk(ctx: HttpContext, config: Config, chunk: ArrayBuffer, isLast: bool, log: Log): ArrayBuffer {
 *   let stream = ctx.get<TextStream>("text");
 *   if (stream === null) ctx.set<TextStream>("text", (stream = new TextStream()));
 *   return encodeText(stream.decode(chunk, isLast).toUpperCase());
 * }
 * ```
 */
export class TextStream {
  /** The bytes of a character whose rest is still to come. */
  private rest: ArrayBuffer = new ArrayBuffer(0);

  /**
   * Reads the next piece.
   *
   * @param chunk Any bytes, or none.
   * @param isLast No piece comes behind this one; without it the end is held back where it is part of a character.
   * @returns The characters that are complete.
   */
  decode(chunk: ArrayBuffer, isLast: bool): string {
    const bytes = this.withRest(chunk);
    const start = changetype<usize>(bytes);
    const length = bytes.byteLength;
    const held = isLast ? 0 : incompleteEnd(start, length);
    const text = decodeUtf8(start, length - held);
    this.rest = bytes.slice(length - held);
    return text;
  }

  private withRest(chunk: ArrayBuffer): ArrayBuffer {
    const rest = this.rest;
    if (rest.byteLength == 0) return chunk;
    const bytes = new ArrayBuffer(rest.byteLength + chunk.byteLength);
    const to = changetype<usize>(bytes);
    memory.copy(to, changetype<usize>(rest), rest.byteLength);
    memory.copy(to + rest.byteLength, changetype<usize>(chunk), chunk.byteLength);
    return bytes;
  }
}
