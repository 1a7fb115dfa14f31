import { Pairs } from "../abi/pairs";
import { decodeUtf8 } from "../abi/utf8";
import { lowerAscii } from "../proxywasm/syntax";
import { endToEndHeaders } from "./hop-by-hop";

/** What an upstream answered to a call of a plugin. */
export class HttpResponse {
  /** The status; 502 if the call failed. A host that cannot be reached is a 503, a timeout a 504, both from the gateway. */
  readonly status: i32;

  /** @internal */
  constructor(
    private pairs: Pairs,
    private body: ArrayBuffer,
  ) {
    const status = pairs.first(":status");
    this.status = status === null || status.length != 3 ? 502 : <i32>parseInt(status, 10);
  }

  /** Whether there is no answer: the connection was reset. */
  get failed(): bool {
    return this.pairs.count == 0;
  }

  /** The first value of a header; null if there is none. */
  header(name: string): string | null {
    return this.pairs.first(lowerAscii(name));
  }

  /**
   * The headers that a response to the client can have, as `[name, value]`, in order: all but those that are about the
   * connection to the upstream. Left out are pseudo-headers, `content-length`, `transfer-encoding`, the names of RFC 9110,
   * 7.6.1, what a `connection` header lists, and Envoy's `x-envoy-upstream-service-time`. `headers()` would be refused by
   * `sendResponse`, since it has `:status`.
   *
   * @returns the headers; none if the call failed
   * @example
   * ```ts
   * // The client gets the response of the call: its status, headers and bytes.
   * ctx.sendResponse(response.status, response.forwardableHeaders(), response.text());
   * ```
   */
  forwardableHeaders(): string[][] {
    return endToEndHeaders(this.pairs);
  }

  /** All headers as `[name, value]`, in order, with `:status`. To send them to the client see `forwardableHeaders`. */
  headers(): string[][] {
    const found = new Array<string[]>();
    for (let i = 0; i < this.pairs.count; i++) found.push([this.pairs.name(i), this.pairs.value(i)]);
    return found;
  }

  /** The body as bytes. */
  bytes(): ArrayBuffer {
    return this.body;
  }

  /** The body as text, without loss: `sendResponse` makes the same bytes of it, also where they are not UTF-8. */
  text(): string {
    return decodeUtf8(changetype<usize>(this.body), this.body.byteLength);
  }
}
