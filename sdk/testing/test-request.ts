import { HeaderMap, HttpStream, type Pair, type Vm } from "../host/index.js";
import { StreamContext } from "../host/stream-context.js";
import { bytes, checkAnswer, partsOf, type Answer, type Content, type Parts } from "./answer.js";
import { failureReply } from "./failures.js";
import { pairsOf, type HeadersInput } from "./headers.js";
import { localReplyOf, type LocalReply } from "./local-reply.js";
import { collector, TestResponse, UpstreamRequest } from "./message.js";
import { OpenAnswer } from "./open-answer.js";
import type { LogEntry } from "./recorder.js";
import { describeHead, requestHead, requestInfo } from "./request-head.js";
import type { RequestOptions } from "./request-options.js";
import type { Session } from "./session.js";
import type { TestCall } from "./test-call.js";
import { withTimeline } from "./test-error.js";
import { fromLatin1, shown } from "./text.js";

/**
 * A request on its way through the plugin. Each method does everything that can be done at once, then returns.
 *
 * @example
 * const request = plugin.request("/foo");
 * expect(request.upstream).toHaveHeader("x-user", "mia");
 * request.answer({ status: 200, body: "ok" });
 * expect(request.response).toMatchObject({ status: 200, body: "ok" });
 */
export class TestRequest {
  /** What the upstream has got; undefined as long as nothing has come through. */
  upstream: UpstreamRequest | undefined;
  /** What the client has got; undefined as long as nothing has come through. */
  response: TestResponse | undefined;
  /** Its number, as failures show it: the first request of a plugin is 1. */
  readonly id: number;
  readonly #session: Session;
  readonly #stream: HttpStream;
  readonly #context: { vm: Vm; id: number } | undefined;
  readonly #options: RequestOptions;
  #sent = false;
  #answered = false;
  #broken = false;
  #isOver = false;

  /** @internal */
  constructor(session: Session, id: number, options: RequestOptions) {
    this.id = id;
    this.#session = session;
    this.#options = options;
    const filter = session.plugin.newFilter();
    if (filter instanceof StreamContext) {
      this.#context = { vm: filter.vm, id: filter.id };
      session.recorder.name(filter.vm, filter.id, `request ${id}`);
    }
    const info = requestInfo(id, options, session);
    this.#stream = new HttpStream(filter ? [filter] : [], this.#sides(), info, session.options.bufferLimit);
    session.requests.add(this);
  }

  /** The calls that the plugin has made for this request, in their order. */
  get calls(): TestCall[] {
    return this.#context ? this.#session.callsOf(this.#context.id, this.#context.vm) : [];
  }

  /** The lines that the plugin has written about this request. */
  get logs(): LogEntry[] {
    return this.#context ? this.#session.recorder.logsOf(this.#context.vm, this.#context.id) : [];
  }

  /** The answer in the place of the upstream's, if there was one. */
  get localReply(): LocalReply | undefined {
    return localReplyOf(this.#stream.info.localReply);
  }

  /** What the plugin has kept for other filters with `setProperty`, as text, by path: "my.property". */
  get properties(): Record<string, string> {
    const all = [...this.#stream.info.filterState];
    return Object.fromEntries(all.map(([path, value]) => [fromLatin1(path).replaceAll("\0", "."), value.toString()]));
  }

  /** Whether the plugin holds the request, or its response: it goes on when the plugin resumes it or answers. */
  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  /** Whether all is over: the client has its response, or the stream was cut. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Where the request is, in words. */
  get state(): string {
    if (this.#broken) return "the connection was cut";
    if (this.response?.ended) return `answered with ${this.response.status}`;
    if (this.#isOver) return "given up by the client";
    if (this.#held) return `the plugin holds the ${this.#held}${this.#waiting()}`;
    if (!this.#sent) return "the client has not sent all of the request";
    return this.#answered ? "the upstream has not sent all of the response" : "waiting for the upstream's answer";
  }

  /**
   * Sends a piece of the body of a request that was begun with `plugin.begin`.
   *
   * @throws TestKitError after the end, or when the request is over; PluginTrap when the plugin traps
   */
  send(chunk: Content): void {
    this.#checkOpen(this.send);
    const piece = bytes(chunk, "request.send");
    this.#note(`client sends ${shown(piece.toString())}`);
    this.#session.run(() => this.#stream.requestData(piece, false));
  }

  /**
   * Ends a request that was begun with `plugin.begin`.
   *
   * @param chunk the last piece of the body
   * @param trailers to end with
   * @throws as `send`
   */
  end(chunk: Content = "", trailers?: HeadersInput): void {
    this.#checkOpen(this.end);
    const tail = trailers && new HeaderMap("trailers", pairsOf(trailers, "request.end: trailers"));
    if (chunk.length > 0) this.send(chunk);
    this.#note(tail ? "client ends with trailers" : "client ends");
    this.#session.run(() => this.#finish(tail));
  }

  /**
   * Answers, as the upstream.
   *
   * @param answer a message, 200 and empty unless it says otherwise, or `{ fails: "unreachable" }`
   * @throws TestKitError when the request has not come through, or has its answer; PluginTrap when the plugin traps
   */
  answer(answer: Answer = {}): void {
    this.#checkAnswerable(this.answer);
    const checked = checkAnswer(answer, "request.answer");
    this.#session.run(() => this.settle(checked));
  }

  /**
   * Begins to answer: status and headers now, the rest in pieces.
   *
   * @throws as `answer`
   * @example
   * const answer = request.beginAnswer({ status: 200 });
   * answer.send("first");
   * answer.end("last");
   */
  beginAnswer(head: { status?: number; headers?: HeadersInput } = {}): OpenAnswer {
    this.#checkAnswerable(this.beginAnswer);
    checkAnswer(head, "request.beginAnswer");
    const { status = 200, headers } = head;
    const pairs = pairsOf(headers, "request.beginAnswer: headers");
    this.#answered = true;
    this.#note(`upstream begins to answer ${status}`);
    this.#session.run(() => this.#respond(status, pairs, false));
    return new OpenAnswer(this.#session, this.#stream, `request ${this.id}`);
  }

  /** The client gives up and leaves. */
  cancel(): void {
    if (this.#isOver) return;
    this.#note("client leaves");
    this.#session.run(() => this.#end());
  }

  /**
   * Waits for what answers on its own, and gives the response.
   *
   * @throws TestKitError when the response does not come, because something waits for an answer by hand
   */
  async done(): Promise<TestResponse> {
    await this.#session.settled();
    if (this.response?.ended) return this.response;
    throw withTimeline(`request ${this.id} has no response: ${this.state}`, this.#session.timeline, this.done);
  }

  /** @internal Sends what there is of the request; `isOpen`: more comes. */
  begin({ pairs, chunks, trailers }: Parts, isOpen: boolean): this {
    const inPieces = this.#options.chunks !== undefined || isOpen;
    const map = requestHead(this.id, this.#options, pairs, chunks.length > 0 || inPieces);
    const end = !inPieces && !trailers && chunks.length === 0;
    this.#note(`client sends ${describeHead(map)}`);
    this.#session.run(() => {
      if (end) this.#sent = true;
      this.#stream.requestHeaders(map, end);
      for (const chunk of chunks) this.#stream.requestData(chunk, false);
      if (!end && !isOpen) this.#finish(trailers);
    });
    return this;
  }

  /** @internal Takes an answer, unless it is too late for one. */
  settle(answer: Answer): void {
    if (this.#isOver || this.#answered) return;
    if ("fails" in answer) {
      this.#answered = true;
      this.#note(`upstream: ${answer.fails}`);
      return this.#stream.sendLocalReply(failureReply(answer.fails));
    }
    const { status = 200 } = answer;
    const { pairs, chunks, trailers } = partsOf(answer, "the upstream's answer");
    this.#answered = true;
    this.#note(`upstream answers ${status}${chunks.length > 0 ? ` ${shown(Buffer.concat(chunks).toString())}` : ""}`);
    const end = chunks.length === 0 && !trailers;
    this.#respond(status, pairs, end);
    for (const chunk of chunks) this.#stream.responseData(chunk, false);
    if (trailers) this.#stream.responseTrailers(trailers);
    else if (!end) this.#stream.responseData(Buffer.alloc(0), true);
  }

  get #held(): string | undefined {
    const { request, response } = this.#stream;
    if (this.#isOver) return undefined;
    for (const [name, chain] of [
      ["response", response],
      ["request", request],
    ] as const) {
      const link = chain.links[0];
      if (!link || link.canIterate || chain.aborted || !chain.headersMap) continue;
      if (link.hasStoppedAll || chain.ended) return name;
    }
    return undefined;
  }

  #waiting(): string {
    const open = this.calls.filter(({ state }) => state === "waiting").map(({ cluster }) => cluster);
    if (open.length === 0) return ", and waits for nothing";
    return `, and waits for the answer of ${open.length === 1 ? "a call" : `${open.length} calls`} to ${open.join(", ")}`;
  }

  #note(text: string): void {
    this.#session.note("test", `request ${this.id}: ${text}`);
  }

  #checkOpen(caller: (...args: never[]) => unknown): void {
    if (!this.#sent && !this.#isOver) return;
    const sent = "all of it was sent; plugin.begin(…) leaves a request open";
    const why = this.#isOver ? this.state : sent;
    throw withTimeline(`request ${this.id} takes no more: ${why}`, this.#session.timeline, caller);
  }

  #checkAnswerable(caller: (...args: never[]) => unknown): void {
    if (this.upstream && !this.#answered && !this.#isOver) return;
    const why = this.#answered ? "it has its answer" : this.state;
    throw withTimeline(`the upstream cannot answer request ${this.id}: ${why}`, this.#session.timeline, caller);
  }

  #respond(status: number, pairs: readonly Pair[], end: boolean): void {
    this.#stream.info.codeDetails = "via_upstream";
    this.#stream.responseHeaders(new HeaderMap("response", [[":status", String(status)], ...pairs]), end);
  }

  #finish(trailers: HeaderMap | undefined): void {
    this.#sent = true;
    // A body's end comes by itself, as from a client that speaks HTTP/1.1.
    if (trailers) this.#stream.requestTrailers(trailers);
    else this.#stream.requestData(Buffer.alloc(0), true);
  }

  #sides(): ConstructorParameters<typeof HttpStream>[1] {
    return {
      upstream: collector(
        (map, ended) => new UpstreamRequest(map, ended),
        (message, part) => {
          this.upstream = message;
          if (part === "headers") this.#passed(`the upstream gets ${message.method} ${message.path}`);
          if (message.ended) this.#reached(message);
        },
      ),
      downstream: collector(
        (map, ended) => new TestResponse(map, ended, this),
        (message, part) => {
          this.response = message;
          if (part === "headers") this.#passed(`the client gets ${message.status}`);
          if (message.ended && message.body !== "") this.#passed(`the client gets ${shown(message.body)}`);
        },
      ),
      finished: () => this.#end(),
      broken: () => {
        this.#broken = true;
        this.#passed("the client's connection is cut");
        this.#end();
      },
    };
  }

  #passed(text: string): void {
    this.#session.note("message", `request ${this.id}: ${text}`);
  }

  /** The whole request is at the upstream. */
  #reached(message: UpstreamRequest): void {
    const answerer = this.#options.upstream ?? this.#session.options.upstream;
    if (message.body !== "") this.#passed(`the upstream gets ${shown(message.body)}`);
    if (answerer === undefined) return;
    const sent = () => ({ headers: this.#stream.info.requestHeaders!, body: message.bytes });
    this.#session.later(() => this.#session.answerBy(answerer, message, sent, (answer) => this.settle(answer)));
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stream.info.endedAt = this.#session.clock.services.clock.monotonic();
    this.#session.requests.delete(this);
    this.#stream.destroy();
  }
}
