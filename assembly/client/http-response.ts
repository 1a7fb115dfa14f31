import { Pairs } from "../abi/pairs";
import { decodeUtf8 } from "../abi/utf8";
import { endToEndHeaders } from "../proxywasm/hop-by-hop";
import { lowerAscii } from "../text/ascii";

/**
 * An HTTP call response: what the call handler of an `HttpClient` call gets.
 *
 * @example
 * ```ts
 * function onAuth(ctx: HttpContext, config: Config, response: HttpResponse, log: Log): void {
 *   const user = response.header("x-user");
 *   if (response.status != 200 || user === null) {
 *     ctx.sendResponse(401, [], "unauthorized");
 *     return;
 *   }
 *   ctx.set<string>("user", user);
 *   ctx.resumeRequest();
 * }
 * ```
 */
export class HttpResponse {
  /**
   * The status code. The gateway responds with 503 if the upstream cannot be reached, and with 504 after a timeout. 502 if
   * the call has no response, see `failed`.
   */
  readonly status: i32;

  /** @internal */
  constructor(
    private pairs: Pairs,
    private body: ArrayBuffer,
    private trailerPairs: Pairs | null = null,
  ) {
    const status = pairs.first(":status");
    this.status = status === null || status.length != 3 ? 502 : <i32>parseInt(status, 10);
  }

  /** Whether the call has no response because the connection was reset. */
  get failed(): bool {
    return this.pairs.count == 0;
  }

  /** Returns the first value of a header; null if the response has no such header. */
  header(name: string): string | null {
    return this.pairs.first(lowerAscii(name));
  }

  /**
   * Returns the headers that may be sent on to the client, as `[name, value]`, in order. Headers about the connection to
   * the upstream are left out: pseudo-headers, `content-length`, `transfer-encoding`, the names of RFC 9110, 7.6.1, names
   * that a `connection` header lists, and Envoy's `x-envoy-upstream-service-time`. `sendResponse` leaves the same headers
   * out of the result of `headers()`; use this method for headers that go elsewhere, such as into another call.
   *
   * @returns the headers; an empty array if the call failed
   * @example
   * ```ts
   * // The client gets the HTTP call response: its status code, headers and bytes.
   * if (response.status >= 500) ctx.sendResponse(502, response.forwardableHeaders(), "the service has failed");
   * ```
   */
  forwardableHeaders(): string[][] {
    return endToEndHeaders(this.headers());
  }

  /**
   * Returns all headers as `[name, value]`, in order, with `:status`. `sendResponse` takes them as they are, and leaves out
   * the headers that must not be forwarded, see `forwardableHeaders`.
   *
   * @returns the headers; an empty array if the call failed
   * @example
   * ```ts
   * // The client gets the HTTP call response: its status code, headers and bytes.
   * ctx.sendResponse(response.status, response.headers(), response.text());
   * ```
   */
  headers(): string[][] {
    return this.pairs.list();
  }

  /**
   * Returns the trailers as `[name, value]`, in order.
   *
   * @returns the trailers; an empty array if the response has no trailers or the call failed
   * @example
   * ```ts
   * const trailers = response.trailers();
   * for (let i = 0; i < trailers.length; i++) log.info(trailers[i][0] + ": " + trailers[i][1]);
   * ```
   */
  trailers(): string[][] {
    const trailers = this.trailerPairs;
    return trailers === null ? [] : trailers.list();
  }

  /** Returns the body as bytes. */
  bytes(): ArrayBuffer {
    return this.body;
  }

  /** Returns the body as text, without loss: `sendResponse` writes the same bytes, even if they are not UTF-8. */
  text(): string {
    return decodeUtf8(changetype<usize>(this.body), this.body.byteLength);
  }
}
