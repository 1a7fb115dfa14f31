import { gatewayReply, HeaderMap, HttpStream, StreamInfo, type RouteInfo, type Vm } from "../host/index.js";
import { StreamContext } from "../host/stream-context.js";
import { bytes, checkAnswer, partsOf, type Answer, type Content, type Payload } from "./answer.js";
import { OpenAnswer } from "./open-answer.js";
import { HeaderList, pairsOf, type HeadersInput } from "./headers.js";
import { collector, TestResponse, UpstreamRequest } from "./message.js";
import type { LogEntry } from "./recorder.js";
import type { RequestOptions } from "./request-options.js";
import type { Session } from "./session.js";
import type { TestCall } from "./test-call.js";
import { withTimeline } from "./test-error.js";
import { fromLatin1, shown, toBuffer, toLatin1 } from "./text.js";

/** An answer that was given in the place of the upstream's, by the plugin or by the gateway. */
export interface LocalReply {
  status: number;
  /** The word for the access log: what the plugin gave, or the gateway's. */
  details: string;
  body: string;
  grpcStatus: number | undefined;
}

/**
 * A request on its way through the plugin. Each method does everything that can be done at once, then returns.
 *
 * @example
 * const request = plugin.request({ path: "/foo" });
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
  readonly #line: string;
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
    this.#context = filter instanceof StreamContext ? { vm: filter.vm, id: filter.id } : undefined;
    this.#stream = new HttpStream(filter ? [filter] : [], this.#sides(), this.#info(), session.options.bufferLimit);
    for (const [name, value] of Object.entries(options.properties ?? {})) {
      this.#stream.info.filterState.set(name.replaceAll(".", "\0"), toBuffer(value));
    }
    session.requests.add(this);
    this.#line = `request ${id}`;
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
    const reply = this.#stream.info.localReply;
    if (!reply) return undefined;
    const { status, details, body, grpcStatus } = reply;
    return { status, details: fromLatin1(details), body: body.toString("utf8"), grpcStatus };
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

  /** Sends a piece of the body of a request that was begun with `plugin.begin`. */
  send(chunk: Content): void {
    this.#checkOpen(this.send);
    this.#note(`client sends ${shown(chunk.toString())}`);
    this.#session.run(() => this.#stream.requestData(bytes(chunk, "request.send"), false));
  }

  /**
   * Ends a request that was begun with `plugin.begin`.
   *
   * @param chunk the last piece of the body
   * @param trailers to end with
   */
  end(chunk: Content = "", trailers?: HeadersInput): void {
    this.#checkOpen(this.end);
    if (chunk.length > 0) this.send(chunk);
    const tail = trailers && new HeaderMap("trailers", pairsOf(trailers, "request.end: trailers"));
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
    this.#session.run(() => this.settle(checkAnswer(answer, "request.answer")));
  }

  /**
   * Begins to answer: status and headers now, the rest in pieces.
   *
   * @example
   * const answer = request.beginAnswer({ status: 200 });
   * answer.send("first");
   * answer.end("last");
   */
  beginAnswer(head: { status?: number; headers?: HeadersInput } = {}): OpenAnswer {
    this.#checkAnswerable(this.beginAnswer);
    const { status = 200, headers } = head;
    this.#answered = true;
    this.#note(`upstream begins to answer ${status}`);
    this.#session.run(() => this.#respond(status, pairsOf(headers, "request.beginAnswer: headers"), false));
    return new OpenAnswer(this.#session, this.#stream, this.#line);
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

  /** All that happened to the plugin, as failures show it. */
  get timeline(): string {
    return this.#session.timeline.toString();
  }

  /** @internal */
  begin(payload: Payload, isOpen: boolean): this {
    const { pairs, chunks, trailers } = partsOf(payload, "request");
    const map = this.#head(pairs, chunks.length > 0 || payload.chunks !== undefined || isOpen);
    const end = !isOpen && !trailers && payload.chunks === undefined && chunks.length === 0;
    const head = map.entries().filter(([name]) => !/^:|^x-forwarded-proto$|^x-request-id$/.test(name));
    const headers = head.map(([name, value]) => `, ${name}: ${shown(fromLatin1(value))}`).join("");
    this.#note(`${map.get(":method")} ${fromLatin1(map.get(":path") ?? "")}${headers}`);
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
    this.#answered = true;
    const { info } = this.#stream;
    if ("fails" in answer) {
      this.#note(`upstream: ${answer.fails}`);
      const [status, text, details] = FAILURES[answer.fails];
      return this.#stream.sendLocalReply(gatewayReply(status, text, details));
    }
    const { status = 200 } = answer;
    const { pairs, chunks, trailers } = partsOf(answer, "the upstream's answer");
    this.#note(`upstream answers ${status}${chunks.length > 0 ? ` ${shown(Buffer.concat(chunks).toString())}` : ""}`);
    const end = chunks.length === 0 && !trailers;
    this.#respond(status, pairs, end);
    for (const chunk of chunks) this.#stream.responseData(chunk, false);
    if (trailers) this.#stream.responseTrailers(trailers);
    else if (!end) this.#stream.responseData(Buffer.alloc(0), true);
    info.codeDetails ??= "via_upstream";
  }

  get #held(): string | undefined {
    const { request, response } = this.#stream;
    if (this.#isOver) return undefined;
    for (const [name, chain] of [["response", response], ["request", request]] as const) {
      const link = chain.links[0];
      if (!link || link.canIterate || chain.aborted || !chain.headersMap) continue;
      if (link.hasStoppedAll || chain.ended) return name;
    }
    return undefined;
  }

  #waiting(): string {
    const open = this.calls.filter(({ state }) => state === "waiting").map(({ cluster }) => cluster);
    return open.length === 0 ? "" : `, with ${open.length} call(s) waiting for an answer: ${open.join(", ")}`;
  }

  #note(text: string): void {
    this.#session.note("test", `${this.#line ?? `request ${this.id}`}: ${text}`);
  }

  #checkOpen(caller: (...args: never[]) => unknown): void {
    if (!this.#sent && !this.#isOver) return;
    const why = this.#isOver ? this.state : "it was sent as a whole; plugin.begin leaves it open";
    throw withTimeline(`request ${this.id} takes no more: ${why}`, this.#session.timeline, caller);
  }

  #checkAnswerable(caller: (...args: never[]) => unknown): void {
    if (this.upstream && !this.#answered && !this.#isOver) return;
    const why = this.#answered ? "it has its answer" : this.state;
    throw withTimeline(`the upstream cannot answer request ${this.id}: ${why}`, this.#session.timeline, caller);
  }

  #respond(status: number, pairs: readonly (readonly [string, string])[], end: boolean): void {
    this.#stream.info.codeDetails = "via_upstream";
    this.#stream.responseHeaders(new HeaderMap("response", [[":status", String(status)], ...pairs]), end);
  }

  #finish(trailers: HeaderMap | undefined): void {
    this.#sent = true;
    // A body's end comes by itself, as from a client that speaks HTTP/1.1.
    if (trailers) this.#stream.requestTrailers(trailers);
    else this.#stream.requestData(Buffer.alloc(0), true);
  }

  #head(pairs: readonly (readonly [string, string])[], hasBody: boolean): HeaderMap {
    const { path = "/", method = hasBody ? "POST" : "GET", authority = "example.com", scheme = "http" } = this.#options;
    const line = [
      [":authority", toLatin1(authority)],
      [":path", toLatin1(path)],
      [":method", toLatin1(method)],
      [":scheme", scheme],
    ] as const;
    const map = new HeaderMap("request", [...line, ...pairs]);
    if (!map.has("x-forwarded-proto")) map.add("x-forwarded-proto", scheme);
    if (!map.has("x-request-id")) {
      map.add("x-request-id", `00000000-0000-4000-8000-${String(this.id).padStart(12, "0")}`);
    }
    return map;
  }

  #info(): StreamInfo {
    const { clock } = this.#session.clock.services;
    const { source = "127.0.0.1:50000" } = this.#options;
    return new StreamInfo(
      { wall: clock.wall(), monotonic: clock.monotonic() },
      { id: BigInt(this.id), source, destination: "127.0.0.1:10000" },
      (headers) => this.#route(headers),
    );
  }

  #route(headers: HeaderMap): RouteInfo {
    const { route = {} } = this.#session.options;
    const found = typeof route === "function" ? route(new HeaderList(headers)) : route;
    const { route: name = "default", cluster = "upstream", virtualHost } = { ...found, ...routeOf(this.#options) };
    return { name, cluster, ...(virtualHost === undefined ? {} : { virtualHost }) };
  }

  #sides(): ConstructorParameters<typeof HttpStream>[1] {
    return {
      upstream: collector(
        (map, ended) => new UpstreamRequest(map, ended),
        (message, part) => {
          this.upstream = message;
          if (part === "headers") this.#passed(`to the upstream: ${message.method} ${message.path}`);
          if (message.ended) this.#reached(message);
        },
      ),
      downstream: collector(
        (map, ended) => new TestResponse(map, ended),
        (message, part) => {
          this.response = message;
          if (part === "headers") this.#passed(`to the client: ${message.status}`);
          if (message.ended && message.body !== "") this.#passed(`to the client: ${shown(message.body)}`);
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
    this.#session.note("message", `request ${this.id} ${text}`);
  }

  /** The whole request is at the upstream. */
  #reached(message: UpstreamRequest): void {
    const answerer = this.#options.upstream ?? this.#session.options.upstream;
    if (message.body !== "") this.#passed(`to the upstream: ${shown(message.body)}`);
    if (answerer === undefined) return;
    const sent = () => ({ headers: this.#stream.info.requestHeaders!, body: message.bytes });
    this.#session.answerBy(answerer, message, sent, (answer) => this.settle(answer));
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stream.info.endedAt = this.#session.clock.services.clock.monotonic();
    this.#session.requests.delete(this);
    this.#stream.destroy();
  }
}

function routeOf({ route, cluster, virtualHost }: RequestOptions) {
  const given = { route, cluster, virtualHost };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
