import { HeaderMap } from "../host/index.js";
import { bytes, checkAnswer, type Answer, type Content, type Parts } from "./upstreams/answer.js";
import { Exchange } from "./exchange.js";
import { pairsOf, type HeadersInput } from "./message/headers.js";
import { statesOf } from "./host-values.js";
import { localReplyOf, type LocalReply } from "./local-reply.js";
import { Message, type UpstreamRequest } from "./message/message.js";
import { OpenAnswer } from "./upstreams/open-answer.js";
import type { LogEntry } from "./timeline/log-entry.js";
import type { RequestOptions } from "./request-options.js";
import type { Session } from "./session.js";
import type { TestCall } from "./upstreams/test-call.js";
import type { TestGrpcCall } from "./grpc/test-grpc-call.js";
import type { TestRedisCall } from "./redis/test-redis-call.js";
import { withTimeline } from "./timeline/test-error.js";
import { shown } from "./message/text.js";

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
  /** Its number, as failures show it: the first request of a plugin is 1. */
  readonly id: number;
  readonly #session: Session;
  readonly #exchange: Exchange<TestResponse>;

  /** @internal */
  constructor(session: Session<TestRequest>, id: number, options: RequestOptions) {
    this.id = id;
    this.#session = session;
    this.#exchange = new Exchange(session, options, {
      id,
      newResponse: (map, ended) => new TestResponse(map, ended, this),
      over: () => session.requests.delete(this),
    });
    session.requests.add(this);
  }

  /** What the upstream has got; undefined as long as nothing has come through. */
  get upstream(): UpstreamRequest | undefined {
    return this.#exchange.upstream;
  }

  /** What the client has got; undefined as long as nothing has come through. */
  get response(): TestResponse | undefined {
    return this.#exchange.response;
  }

  /** The calls that the plugin has made for this request, in their order. */
  get calls(): TestCall[] {
    const { context } = this.#exchange;
    return context ? this.#session.calls.of(context) : [];
  }

  /** The Redis commands that the plugin has sent for this request, in their order. */
  get redisCalls(): TestRedisCall[] {
    const { context } = this.#exchange;
    return context ? this.#session.redisCalls.of(context) : [];
  }

  /** The gRPC calls and streams that the plugin has begun for this request, in their order. */
  get grpcCalls(): TestGrpcCall[] {
    const { context } = this.#exchange;
    return context ? this.#session.grpcCalls.of(context) : [];
  }

  /** The lines that the plugin has written about this request. */
  get logs(): LogEntry[] {
    const { context } = this.#exchange;
    return context ? this.#session.recorder.logsOf(context.vm, context.id) : [];
  }

  /** The answer in the place of the upstream's, if there was one. */
  get localReply(): LocalReply | undefined {
    return localReplyOf(this.#exchange.stream.info.localReply);
  }

  /** What the plugin has kept for other filters with `setProperty`, as text, by path: "my.property". */
  get properties(): Record<string, string> {
    return statesOf(this.#exchange.stream.info);
  }

  /** Whether the plugin holds the request, or its response: it goes on when the plugin resumes it or answers. */
  get isHeld(): boolean {
    return this.#exchange.held !== undefined;
  }

  /** Whether all is over: the client has its response, or the stream was cut. */
  get isOver(): boolean {
    return this.#exchange.isOver;
  }

  /** Where the request is, in words. */
  get state(): string {
    const { broken, response, isOver, held, sent, answered } = this.#exchange;
    if (broken) return "the connection was cut";
    if (response?.ended) return `answered with ${response.status}`;
    if (isOver) return "given up by the client";
    if (held) return `the plugin holds the ${held}${this.#waiting()}`;
    if (!sent) return "the client has not sent all of the request";
    return answered ? "the upstream has not sent all of the response" : "waiting for the upstream's answer";
  }

  /**
   * Sends a piece of the body of a request that was begun with `plugin.begin`.
   *
   * @throws TestKitError after the end, or when the request is over; PluginTrap when the plugin traps
   */
  send(chunk: Content): void {
    this.#checkOpen(this.send);
    const piece = bytes(chunk, "request.send");
    this.#exchange.note(`client sends ${shown(piece.toString())}`);
    this.#session.run(() => this.#exchange.stream.requestData(piece, false));
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
    this.#exchange.note(tail ? "client ends with trailers" : "client ends");
    this.#session.run(() => this.#exchange.finish(tail));
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
    this.#session.run(() => this.#exchange.settle(checked));
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
    this.#exchange.note(`upstream begins to answer ${status}`);
    this.#session.run(() => this.#exchange.respond(status, pairs, false));
    return new OpenAnswer(this.#session, this.#exchange.stream, `request ${this.id}`);
  }

  /** The client gives up and leaves. */
  cancel(): void {
    if (this.isOver) return;
    this.#exchange.note("client leaves");
    this.#session.run(() => this.#exchange.end());
  }

  /**
   * Waits for what answers on its own, and gives the response.
   *
   * @throws TestKitError when the response does not come, because something waits for an answer by hand
   */
  async done(): Promise<TestResponse> {
    // Also for streams that the plugin leaves open: one may bring what it holds the request for.
    await this.#session.answering.settled(() => this.isOver || !this.grpcCalls.some(({ isServed }) => isServed));
    if (this.response?.ended) return this.response;
    throw withTimeline(`request ${this.id} has no response: ${this.state}`, this.#session.timeline, this.done);
  }

  /** @internal Sends what there is of the request; `isOpen`: more comes. */
  begin(parts: Parts, isOpen: boolean): this {
    this.#exchange.begin(parts, isOpen);
    return this;
  }

  #waiting(): string {
    const open = [...this.calls, ...this.redisCalls, ...this.grpcCalls]
      .filter(({ state }) => state === "waiting")
      .map(({ cluster }) => cluster);
    if (open.length === 0) return ", and waits for nothing";
    return `, and waits for the answer of ${open.length === 1 ? "a call" : `${open.length} calls`} to ${open.join(", ")}`;
  }

  #checkOpen(caller: (...args: never[]) => unknown): void {
    if (!this.#exchange.sent && !this.isOver) return;
    const sent = "all of it was sent; plugin.begin(…) leaves a request open";
    const why = this.isOver ? this.state : sent;
    throw withTimeline(`request ${this.id} takes no more: ${why}`, this.#session.timeline, caller);
  }

  #checkAnswerable(caller: (...args: never[]) => unknown): void {
    if (this.upstream && !this.#exchange.answered && !this.isOver) return;
    const why = this.#exchange.answered ? "it has its answer" : this.state;
    throw withTimeline(`the upstream cannot answer request ${this.id}: ${why}`, this.#session.timeline, caller);
  }
}

/** What the client got. */
export class TestResponse extends Message {
  readonly status: number;
  readonly #request: TestRequest;

  /** @internal */
  constructor(map: HeaderMap, ended: boolean, request: TestRequest) {
    super(map, ended);
    this.status = Number(map.get(":status"));
    this.#request = request;
  }

  /** The request that this answers: with its calls, its log, and what its upstream got. */
  get request(): TestRequest {
    return this.#request;
  }

  /** The answer in the place of the upstream's, if this is one; as `request.localReply`. */
  get localReply(): LocalReply | undefined {
    return this.#request.localReply;
  }

  /** Whether the status is 200 to 299, as in `fetch`. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }
}
