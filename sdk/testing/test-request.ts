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
 * A request on its way through the plugin. Each method returns when the request can get no further without the test.
 *
 * @example
 * const request = plugin.request("/foo");
 * expect(request.upstream).toHaveHeader("x-user", "mia");
 * request.answer({ status: 200, body: "ok" });
 * expect(request.response).toMatchObject({ status: 200, body: "ok" });
 */
export class TestRequest {
  /** The number of the request in failures. The first request of a plugin is 1. */
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

  /** The request that the upstream has received; undefined until its headers reach the upstream. */
  get upstream(): UpstreamRequest | undefined {
    return this.#exchange.upstream;
  }

  /** The response that the client has received; undefined until its headers reach the client. */
  get response(): TestResponse | undefined {
    return this.#exchange.response;
  }

  /** The HTTP calls that the plugin has made for this request, oldest first. */
  get calls(): TestCall[] {
    const { context } = this.#exchange;
    return context ? this.#session.calls.of(context) : [];
  }

  /** The Redis commands that the plugin has sent for this request, oldest first. */
  get redisCalls(): TestRedisCall[] {
    const { context } = this.#exchange;
    return context ? this.#session.redisCalls.of(context) : [];
  }

  /** The gRPC calls and streams that the plugin has begun for this request, oldest first. */
  get grpcCalls(): TestGrpcCall[] {
    const { context } = this.#exchange;
    return context ? this.#session.grpcCalls.of(context) : [];
  }

  /** The lines that the plugin has logged for this request. */
  get logs(): LogEntry[] {
    const { context } = this.#exchange;
    return context ? this.#session.recorder.logsOf(context.vm, context.id) : [];
  }

  /** The response that the plugin or the gateway made without the upstream; undefined without one. */
  get localReply(): LocalReply | undefined {
    return localReplyOf(this.#exchange.stream.info.localReply);
  }

  /** The properties that the plugin has set with `setProperty`, as text, by path: "my.property". */
  get properties(): Record<string, string> {
    return statesOf(this.#exchange.stream.info);
  }

  /** Whether the plugin holds the request or its response until it resumes the message or sends a local reply. */
  get isHeld(): boolean {
    return this.#exchange.held !== undefined;
  }

  /** Whether the stream is over: the client has the whole response, has cancelled, or its connection was cut. */
  get isOver(): boolean {
    return this.#exchange.isOver;
  }

  /** A description of where the request is, for messages. */
  get state(): string {
    const { broken, response, isOver, held, sent, responded } = this.#exchange;
    if (broken) return "the client's connection was cut";
    if (response?.ended) return `complete, with status ${response.status}`;
    if (isOver) return "cancelled by the client";
    if (held) return `the plugin holds the ${held}${this.#waiting()}`;
    if (!sent) return "the client has not sent all of the request";
    return responded ? "the upstream has not sent all of the response" : "waiting for the upstream's response";
  }

  /**
   * Sends a chunk of the body. The request must come from `plugin.begin`.
   *
   * @throws TestKitError after the end, or when the request is over; PluginTrap when the plugin traps
   */
  send(chunk: Content): void {
    this.#checkOpen(this.send);
    const data = bytes(chunk, "request.send");
    this.#exchange.note(`client sends ${shown(data.toString())}`);
    this.#session.run(() => this.#exchange.stream.requestData(data, false));
  }

  /**
   * Ends the request. The request must come from `plugin.begin`.
   *
   * @param chunk the last chunk of the body
   * @param trailers the trailers that end the request
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
   * Responds as the upstream.
   *
   * @param answer the response; status 200 and an empty body by default. `{ fails: "unreachable" }` is a failed
   *   upstream
   * @throws TestKitError when the request has not reached its upstream, or has a response; PluginTrap when the plugin
   *   traps
   */
  answer(answer: Answer = {}): void {
    this.#checkAnswerable(this.answer);
    const checked = checkAnswer(answer, "request.answer");
    this.#session.run(() => this.#exchange.settle(checked));
  }

  /**
   * Begins the upstream's response: sends status and headers. The returned object sends the rest.
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
    this.#exchange.note(`upstream begins a response with ${status}`);
    this.#session.run(() => this.#exchange.respond(status, pairs, false));
    return new OpenAnswer(this.#session, this.#exchange.stream, `request ${this.id}`);
  }

  /** Cancels the request, as a client that disconnects. */
  cancel(): void {
    if (this.isOver) return;
    this.#exchange.note("client disconnects");
    this.#session.run(() => this.#exchange.end());
  }

  /**
   * Waits for functions and real servers that respond to the request and its calls.
   *
   * @returns the response
   * @throws TestKitError when no response arrives, because the request or a call waits for an `answer` of the test
   */
  async done(): Promise<TestResponse> {
    // Open gRPC streams count too: the plugin may hold the request for a message of such a stream.
    await this.#session.responder.settled(() => this.isOver || !this.grpcCalls.some(({ isServed }) => isServed));
    if (this.response?.ended) return this.response;
    throw withTimeline(`request ${this.id} has no response: ${this.state}`, this.#session.timeline, this.done);
  }

  /** @internal Sends the request, or with `isOpen` only its beginning. */
  begin(parts: Parts, isOpen: boolean): this {
    this.#exchange.begin(parts, isOpen);
    return this;
  }

  #waiting(): string {
    const open = [...this.calls, ...this.redisCalls, ...this.grpcCalls]
      .filter(({ state }) => state === "waiting")
      .map(({ cluster }) => cluster);
    if (open.length === 0) return " and waits for no call";
    return ` and waits for the result of ${open.length === 1 ? "a call" : `${open.length} calls`} to ${open.join(", ")}`;
  }

  #checkOpen(caller: (...args: never[]) => unknown): void {
    if (!this.#exchange.sent && !this.isOver) return;
    const sent = "the whole request was sent; plugin.begin(…) leaves a request open";
    const why = this.isOver ? this.state : sent;
    throw withTimeline(`request ${this.id} cannot send more: ${why}`, this.#session.timeline, caller);
  }

  #checkAnswerable(caller: (...args: never[]) => unknown): void {
    const { responded, replied } = this.#exchange;
    if (this.upstream && !responded && !replied && !this.isOver) return;
    const heldReply = replied && !this.isOver ? "the request has a local reply" : this.state;
    const why = responded ? "it has responded already" : heldReply;
    throw withTimeline(`the upstream cannot respond to request ${this.id}: ${why}`, this.#session.timeline, caller);
  }
}

/** The response that the client received. */
export class TestResponse extends Message {
  readonly status: number;
  readonly #request: TestRequest;

  /** @internal */
  constructor(map: HeaderMap, ended: boolean, request: TestRequest) {
    super(map, ended);
    this.status = Number(map.get(":status"));
    this.#request = request;
  }

  /** The request of this response. It has the calls, the log, and the request that the upstream received. */
  get request(): TestRequest {
    return this.#request;
  }

  /** The local reply, if this response is one; the same as `request.localReply`. */
  get localReply(): LocalReply | undefined {
    return this.#request.localReply;
  }

  /** Whether the status is 200 to 299, as in `fetch`. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }
}
