/**
 * The result of `base64Decode` and `hexDecode`.
 *
 * @example
 * ```ts
 * const decoded: DecodedBytes = base64Decode("aGVsbG8=");
 * if (decoded.error === null) log.info(decodeText(decoded.bytes)); // "hello"
 * ```
 */
export class DecodedBytes {
  /** @internal */
  constructor(
    /** The bytes; empty if the text is invalid. */
    readonly bytes: ArrayBuffer,
    /** The reason and the place if the text is invalid. */
    readonly error: Error | null = null,
  ) {}
}

/** The result for an invalid text. */
export function notDecoded(reason: string): DecodedBytes {
  return new DecodedBytes(new ArrayBuffer(0), new Error(reason));
}
