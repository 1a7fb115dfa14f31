import { HeaderMap, type HttpStream } from "../../host/index.js";
import { bytes, type Content } from "./answer.js";
import { pairsOf, type HeadersInput } from "../message/headers.js";
import type { TestHost } from "./test-host.js";
import { withTimeline } from "../timeline/test-error.js";
import { endResponse } from "../message/response-end.js";
import { shown } from "../message/text.js";

/**
 * An upstream's answer whose headers are sent and whose body comes in pieces: `request.beginAnswer` gives it.
 *
 * @example
 * const answer = request.beginAnswer({ status: 200 });
 * answer.send("first");
 * expect(request.response).toMatchObject({ body: "first", ended: false });
 * answer.end("last");
 */
export class OpenAnswer {
  readonly #host: TestHost;
  readonly #stream: HttpStream;
  readonly #request: string;
  #ended = false;

  /** @internal */
  constructor(host: TestHost, stream: HttpStream, request: string) {
    this.#host = host;
    this.#stream = stream;
    this.#request = request;
  }

  /**
   * Sends a piece of the body.
   *
   * @throws TestKitError after the end, or when the request is over; PluginTrap when the plugin traps
   */
  send(chunk: Content): void {
    this.#check(this.send);
    const piece = bytes(chunk, "answer.send");
    this.#note(`upstream sends ${shown(piece.toString())}`);
    this.#host.run(() => this.#stream.responseData(piece, false));
  }

  /**
   * Ends the answer.
   *
   * @param chunk the last piece of the body
   * @param trailers to end with
   */
  end(chunk: Content = "", trailers?: HeadersInput): void {
    this.#check(this.end);
    const tail = trailers && new HeaderMap("trailers", pairsOf(trailers, "answer.end: trailers"));
    if (chunk.length > 0) this.send(chunk);
    this.#ended = true;
    this.#note(tail ? "upstream ends with trailers" : "upstream ends");
    this.#host.run(() => endResponse(this.#stream, tail));
  }

  /** Breaks the answer off, as an upstream that goes down. */
  reset(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#note("upstream breaks off");
    this.#host.run(() => this.#stream.reset());
  }

  #check(caller: (...args: never[]) => unknown): void {
    if (!this.#ended && !this.#stream.isOver) return;
    const why = this.#ended ? "it has ended" : "the request is over";
    throw withTimeline(`the answer to ${this.#request} takes no more: ${why}`, this.#host.timeline, caller);
  }

  #note(text: string): void {
    this.#host.note("test", `${this.#request}: ${text}`);
  }
}
