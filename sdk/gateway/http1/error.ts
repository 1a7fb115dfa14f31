/** The bytes of a connection are not HTTP, or not HTTP that the gateway accepts. */
export class HttpError extends Error {
  override readonly name = "HttpError";

  constructor(
    /** The status code of the response to the client. */
    readonly status: number,
    message: string,
    /** The response code details for the access log. */
    readonly details = "http1.codec_error",
  ) {
    super(message);
  }

  /** Whether the bytes break HTTP's own rules, not only Envoy's. If so, the body of the response is the status text. */
  get isProtocolError(): boolean {
    return this.details.startsWith("http");
  }
}
