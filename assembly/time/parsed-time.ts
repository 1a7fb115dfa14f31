/**
 * The result of `parseRfc3339` and `parseHttpDate`.
 *
 * @example
 * ```ts
 * const time: ParsedTime = parseRfc3339("2026-11-28T07:12:10Z");
 * const expired = time.error !== null || time.unixMs < unixMs();
 * ```
 */
export class ParsedTime {
  /** @internal */
  constructor(
    /** The milliseconds since 1970 in UTC, negative before; 0 if the text is invalid. */
    readonly unixMs: i64,
    /** The reason if the text is invalid. */
    readonly error: Error | null = null,
  ) {}
}
