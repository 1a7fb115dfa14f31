/**
 * The part of a stream that the gateway has passed to the plugin last. The names are those of Higress's Go wrapper.
 *
 * @example
 * ```ts
 * const isResponse = ctx.executionPhase >= ExecutionPhase.EncodeHeader;
 * ```
 */
export enum ExecutionPhase {
  /** The request headers. */
  DecodeHeader = 0,
  /** The request body or the request trailers. */
  DecodeData = 1,
  /** The response headers. */
  EncodeHeader = 2,
  /** The response body or the response trailers. */
  EncodeData = 3,
  /** The stream is over. */
  Done = 4,
}
