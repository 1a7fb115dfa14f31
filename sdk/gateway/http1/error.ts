/** What came on a connection is no HTTP that can be taken. */
export class HttpError extends Error {
  override readonly name = "HttpError";

  constructor(
    /** What a client is answered with. */
    readonly status: number,
    message: string,
    /** Whether the answer's body says what the status means. */
    readonly withBody = true,
  ) {
    super(message);
  }
}
