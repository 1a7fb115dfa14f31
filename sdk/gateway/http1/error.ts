/** What came on a connection is no HTTP that can be taken. */
export class HttpError extends Error {
  override readonly name = "HttpError";

  constructor(
    /** What a client is answered with. */
    readonly status: number,
    message: string,
    /** The word for it in the access log. */
    readonly details = "http1.codec_error",
  ) {
    super(message);
  }

  /** Whether it breaks HTTP's own rules, rather than those of a gateway; the answer's body then says what its status means. */
  get isProtocolError(): boolean {
    return this.details.startsWith("http");
  }
}
