import { HeaderMap, HttpStream, type Pair, type StreamSides, type Vm } from "../host/index.js";
import { StreamContext } from "../host/stream/stream-context.js";
import { partsOf, type Answer, type Parts } from "./upstreams/answer.js";
import { failureReply } from "./upstreams/failures.js";
import { pendingHttpRequest } from "./upstreams/pending-http-request.js";
import { collector, UpstreamRequest, type Message } from "./message/message.js";
import { endResponse } from "./message/response-end.js";
import { describeHead, requestHead, requestInfo } from "./request-head.js";
import type { RequestOptions } from "./request-options.js";
import type { Session } from "./session.js";
import { shown } from "./message/text.js";

/** The `TestRequest` of an exchange. */
interface ExchangeOwner<Response> {
  readonly id: number;
  /** Makes the client's response. */
  newResponse(map: HeaderMap, ended: boolean): Response;
  /** The exchange is over. */
  over(): void;
}

/** A request and its response on their way through the plugin: the state behind a `TestRequest`. */
export class Exchange<Response extends Message & { readonly status: number }> {
  readonly stream: HttpStream;
  /** The plugin's stream context; undefined when the request passes without the plugin. */
  readonly context: { vm: Vm; id: number } | undefined;
  upstream: UpstreamRequest | undefined;
  response: Response | undefined;
  /** The client has sent the whole request. */
  sent = false;
  /** The upstream has begun its response, or has failed. */
  responded = false;
  /** A local reply has taken the place of the upstream's response, also while the plugin holds the reply. */
  replied = false;
  /** The gateway has cut the client's connection. */
  broken = false;
  isOver = false;

  constructor(
    private readonly session: Session,
    private readonly options: RequestOptions,
    private readonly request: ExchangeOwner<Response>,
  ) {
    const filter = session.plugin.newFilter();
    if (filter instanceof StreamContext) {
      this.context = { vm: filter.vm, id: filter.id };
      session.recorder.name(filter.vm, filter.id, `request ${request.id}`);
    }
    const info = requestInfo(request.id, options, session);
    this.stream = new HttpStream(filter ? [filter] : [], this.sides(), info, session.options.bufferLimit);
  }

  /** The message that the plugin holds, if any. */
  get held(): "request" | "response" | undefined {
    if (this.isOver) return undefined;
    for (const name of ["response", "request"] as const) {
      const chain = this.stream[name];
      const filter = chain.filters[0];
      if (!filter || filter.canIterate || chain.aborted || !chain.headersMap) continue;
      if (filter.hasStoppedAll || chain.ended) return name;
    }
    return undefined;
  }

  note(text: string, kind: "test" | "message" = "test"): void {
    this.session.note(kind, `request ${this.request.id}: ${text}`);
  }

  /** Sends the headers and the given parts of the request. With `isOpen`, the test sends the rest later. */
  begin({ pairs, chunks, trailers }: Parts, isOpen: boolean): void {
    const isChunked = this.options.chunks !== undefined || isOpen;
    const map = requestHead(this.request.id, this.options, pairs, chunks.length > 0 || isChunked);
    const end = !isChunked && !trailers && chunks.length === 0;
    this.note(`client sends ${describeHead(map)}`);
    this.session.run(() => {
      if (end) this.sent = true;
      this.stream.requestHeaders(map, end);
      for (const chunk of chunks) this.stream.requestData(chunk, false);
      if (!end && !isOpen) this.finish(trailers);
    });
  }

  /** Ends the request. The end of a body arrives separately, as from an HTTP/1.1 client. */
  finish(trailers: HeaderMap | undefined): void {
    this.sent = true;
    if (trailers) this.stream.requestTrailers(trailers);
    else this.stream.requestData(Buffer.alloc(0), true);
  }

  /** Responds as the upstream, unless the request is over or has a response. */
  settle(answer: Answer): void {
    if (this.isOver || this.responded || this.replied) return;
    if ("fails" in answer) {
      this.responded = true;
      this.note(`upstream fails: ${answer.fails}`);
      return this.stream.sendLocalReply(failureReply(answer.fails));
    }
    const { status = 200 } = answer;
    const { pairs, chunks, trailers } = partsOf(answer, "the upstream's response");
    this.note(
      `upstream responds with ${status}${chunks.length > 0 ? ` ${shown(Buffer.concat(chunks).toString())}` : ""}`,
    );
    const end = chunks.length === 0 && !trailers;
    this.respond(status, pairs, end);
    for (const chunk of chunks) this.stream.responseData(chunk, false);
    if (!end) endResponse(this.stream, trailers);
  }

  /** Begins the upstream's response. */
  respond(status: number, pairs: readonly Pair[], end: boolean): void {
    this.responded = true;
    this.stream.info.codeDetails = "via_upstream";
    this.stream.responseHeaders(new HeaderMap("response", [[":status", String(status)], ...pairs]), end);
  }

  /** Ends the stream, for whatever reason. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.stream.info.endedAt = this.session.clock.services.clock.monotonic();
    this.request.over();
    this.stream.destroy();
  }

  private sides(): StreamSides {
    return {
      upstream: collector(
        (map, ended) => new UpstreamRequest(map, ended),
        (message, part) => {
          this.upstream = message;
          if (part === "headers") this.stream.info.upstreamAttempts = 1;
          if (part === "headers") this.note(`the upstream gets ${message.method} ${message.path}`, "message");
          if (message.ended) this.reached(message);
        },
      ),
      downstream: collector(
        (map, ended) => this.request.newResponse(map, ended),
        (message, part) => {
          this.response = message;
          if (part === "headers") this.note(`the client gets ${message.status}`, "message");
          if (message.ended && message.body !== "") this.note(`the client gets ${shown(message.body)}`, "message");
        },
      ),
      replied: () => (this.replied = true),
      finished: () => this.end(),
      broken: () => {
        this.broken = true;
        this.note("the client's connection is cut", "message");
        this.end();
      },
    };
  }

  /** Responds to a request that has reached its upstream as a whole. */
  private reached(message: UpstreamRequest): void {
    const answerer = this.options.upstream ?? this.session.options.upstream;
    if (message.body !== "") this.note(`the upstream gets ${shown(message.body)}`, "message");
    if (answerer === undefined) return;
    const sent = () => ({ headers: this.stream.info.requestHeaders!, body: message.bytes });
    this.session.responder.respond({
      ...pendingHttpRequest(answerer, message, sent),
      settle: (answer) => this.settle(answer),
    });
  }
}
