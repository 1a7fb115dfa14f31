import { decodeUtf8, incompleteEnd } from "../abi/utf8";

/**
 * Decodes UTF-8 that arrives in chunks, such as a body. A character that is split between two chunks is returned with the
 * second chunk. Bytes that are not UTF-8 are kept as by `decodeText`. The joined texts of all chunks equal the result of
 * `decodeText` for the whole body.
 *
 * Use a new stream for each message. The stream keeps at most 3 bytes for the next chunk; after the last chunk it keeps
 * none.
 *
 * @example
 * ```ts
 * function upperCase(ctx: HttpContext, config: Config, chunk: ArrayBuffer, isLast: bool, log: Log): ArrayBuffer {
 *   let stream = ctx.get<TextStream>("text");
 *   if (stream === null) ctx.set<TextStream>("text", (stream = new TextStream()));
 *   return encodeText(stream.decode(chunk, isLast).toUpperCase());
 * }
 * ```
 */
export class TextStream {
  /** The first bytes of a character whose other bytes have not arrived. */
  private rest: ArrayBuffer = new ArrayBuffer(0);

  /**
   * Decodes the next chunk.
   *
   * @param chunk Any bytes, or none.
   * @param isLast Whether this is the last chunk. Before it, an incomplete character at the end of a chunk is kept.
   * @returns The complete characters.
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
