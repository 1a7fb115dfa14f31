import { integerText } from "../abi/decimal";
import { select } from "../abi/entry";
import { LogLevel, MapType, StreamType } from "../abi/enums";
import { CALLS } from "../abi/features";
import { HOST, IS_LOCAL_REPLY, isUsed, METHOD, OWN_CALLBACKS, PATH, SCHEME } from "../abi/used";
import { encodeUtf8 } from "../abi/utf8";
import { Callout, SentCallouts, StreamCallouts } from "../context/callouts";
import { RootContext } from "../context/contexts";
import { Headers } from "../proxywasm/headers";
import { sendLocalReply } from "../proxywasm/local-reply";
import { report, setReporter } from "../proxywasm/log";
import { readProperty, readXdsProperty, setProperty } from "../proxywasm/property";
import { RequestHeaders } from "../proxywasm/request-headers";
import { ResponseHeaders } from "../proxywasm/response-headers";
import { monotonicMs } from "../proxywasm/time";
import { Trailers } from "../proxywasm/trailers";
import { BodyWish } from "./body-wish";
import { Hold } from "./hold";
import { Log } from "./log";
import { Values } from "./values";

/**
 * One request and its response, as a plugin's hooks see it. The same object is handed to all hooks of a request.
 */
export class HttpContext {
  private request: RequestHeaders | null = null;
  private response: ResponseHeaders | null = null;
  private values: Values | null = null;
  private answered: bool = false;
  private localReply: bool = false;
  /** The response is the local reply of this plugin to the request: its hooks can hold it, and let it go on. */
  private replyIsResponse: bool = false;
  private over: bool = false;

  private calls: StreamCallouts | null = null;
  /** @internal */
  readonly requestHold: Hold;
  /** @internal */
  readonly responseHold: Hold;
  /**
   * Whether a body may follow the request headers. True also for a chunked body of zero bytes, and for a
   * tunnel (an upgrade, CONNECT). False for `content-length: 0`. It is known in every hook.
   *
   * @example
   * ```ts
   * if (!ctx.hasRequestBody) return check(ctx, config, ""); // no hook on the body will run
   * ```
   */
  hasRequestBody: bool = false;
  /** Whether the response may have a body: its headers do not end it. False before there is a response. */
  hasResponseBody: bool = false;

  /** @internal -1: the default. */
  requestBodyLimit: i32 = -1;
  /** @internal -1: the default. */
  responseBodyLimit: i32 = -1;
  /** @internal */
  requestBodyWish: BodyWish = BodyWish.Default;
  /** @internal */
  responseBodyWish: BodyWish = BodyWish.Default;

  /** @internal */
  constructor(
    /** The stream's number in this VM, unique while it lasts. */
    readonly id: u32,
    /** @internal */
    readonly log: Log,
    private root: RootContext,
    private failOpen: bool,
  ) {
    this.requestHold = new Hold(id, StreamType.Request);
    this.responseHold = new Hold(id, StreamType.Response);
  }

  /** The headers of the request: there in the request-headers and stream-done hooks. */
  get requestHeaders(): Headers {
    return this.requestMap();
  }

  /** The headers of the response: there in the response-headers and stream-done hooks. */
  get responseHeaders(): Headers {
    return this.responseMap();
  }

  /** The trailers of the request: there in the request-trailers hook. */
  get requestTrailers(): Headers {
    return new Trailers(this.id, MapType.RequestTrailers);
  }

  /** The trailers of the response: there in the response-trailers hook. */
  get responseTrailers(): Headers {
    return new Trailers(this.id, MapType.ResponseTrailers);
  }

  /** The method of the request as it came, in every hook. */
  get method(): string {
    return this.requestMap().part(METHOD);
  }

  /** `http` or `https`, as the gateway sees the request, in every hook. */
  get scheme(): string {
    return this.requestMap().part(SCHEME);
  }

  /** Host and port of the request as it came (`example.com:8080`; the port only if it was sent), in every hook. */
  get host(): string {
    return this.requestMap().part(HOST);
  }

  /** Path and query of the request as it came, in every hook. */
  get path(): string {
    return this.requestMap().part(PATH);
  }

  /**
   * The name of the route that the request takes; "" if it has none. On Higress that is the Ingress's name. Where a plugin
   * has changed the request's headers, the new route is seen when the request has left the last plugin, not before.
   */
  get routeName(): string {
    return readXdsProperty(this.id, "route_name").string();
  }

  /** The name of the cluster that the request goes to; "" if there is none. It changes with the route, see `routeName`. */
  get clusterName(): string {
    return readXdsProperty(this.id, "cluster_name").string();
  }

  /**
   * Whether the response was made by the gateway (by this plugin, another one, a route without an upstream, a timeout …)
   * and not by an upstream. False before there is a response.
   */
  get isLocalReply(): bool {
    return this.localReply;
  }

  /** Milliseconds of a clock that only goes forward: for durations. */
  get monotonicMs(): f64 {
    return monotonicMs();
  }

  /**
   * Answers the client; the request does not go on, or, in the response-headers hook, the upstream's response does not.
   * What the hook returns after it does not matter. The response hooks of this plugin run for an answer to the request,
   * not for one that replaces a response.
   *
   * @param status 200 to 599
   * @param headers `[name, value]` pairs, at most 1024, without pseudo-headers, `content-length` and `transfer-encoding`
   * @param body text; it gets `content-type: text/plain` unless `headers` say otherwise, and is not sent to HEAD,
   * nor with 204 and 304, which have none
   * @param details what access logs show as `%RESPONSE_CODE_DETAILS%`
   * @param grpcStatus what a gRPC client is told; -1: what the status says
   * @returns null, or why it was refused: bad status, header name or value, a second answer, a
   * message that was told to go on just before, or the stream is over. It is
   * logged. In the place of a bad answer the client gets a plain 500, unless the plugin is registered with `FailOpen`.
   *
   * @example
   * ```ts
   * if (!allowed) ctx.sendResponse(403, [["content-type", "text/plain"]], "no");
   * ```
   */
  sendResponse(
    status: i32,
    headers: string[][],
    body: string,
    details: string = "",
    grpcStatus: i32 = -1,
  ): Error | null {
    let error: Error | null;
    if (this.over || !select(this.id)) error = new Error("the stream is over");
    else if (this.answered) error = new Error("the request has been answered");
    // Envoy would do both, the answer on a stream that may have ended by then, and end itself by that.
    else if (this.goesOn) error = new Error("the message has been told to go on");
    else error = sendLocalReply(status, headers, encodeUtf8(body), details, grpcStatus);
    if (error === null) {
      this.answered = true;
      this.localReply = true;
      return null;
    }
    report(LogLevel.Error, "response not sent: " + error.message);
    if (!this.failOpen && !this.goesOn) {
      this.refuse(500, "", "plugin_failed");
    } else if (this.failOpen && !this.answered) {
      // Outside a hook nothing else would let it go on.
      if (this.requestHold.isHeld) this.requestHold.release();
      if (this.responseHold.isHeld) this.responseHold.release();
    }
    return error;
  }

  /**
   * Lets a request go on that a hook has held with `Action.Pause`.
   *
   * @returns null, or why it cannot: the request is not held, it has been answered, or the stream is over. It is logged.
   */
  resumeRequest(): Error | null {
    return this.release(this.requestHold, "request");
  }

  /**
   * Lets a response go on that a hook has held with `Action.Pause`.
   *
   * @returns null, or why it cannot: the response is not held, it has been replaced, or the stream is over. It is logged.
   */
  resumeResponse(): Error | null {
    return this.release(this.responseHold, "response");
  }

  /**
   * Lets the request's body, or what is still to come of it, pass without the hooks on it.
   *
   * @example
   * ```ts
   * if (ctx.requestHeaders.get("content-type") != "application/json") ctx.dontReadRequestBody();
   * ```
   */
  dontReadRequestBody(): void {
    this.requestBodyWish = BodyWish.None;
  }

  /** Lets the response's body, or what is still to come of it, pass without the hooks on it. */
  dontReadResponseBody(): void {
    this.responseBodyWish = BodyWish.None;
  }

  /**
   * Gathers the request's body for the hook on the whole body: also where there is a hook on pieces, which would get the
   * body otherwise, and where `PassGrpcStreams()` would let a gRPC stream pass. Called in the hook on request headers.
   */
  bufferRequestBody(): void {
    this.requestBodyWish = BodyWish.Whole;
  }

  /** Gathers the response's body, gRPC and event streams too; else as `bufferRequestBody`, in the response's hook. */
  bufferResponseBody(): void {
    this.responseBodyWish = BodyWish.Whole;
  }

  /**
   * Sets how many bytes of the request's body may be gathered for the hook on the whole body. A larger body gets a local
   * reply of 413, and the hook does not run. Called in the hook on request headers.
   *
   * On Higress this method sets the gateway's limit for the request. Elsewhere that limit stays unchanged (Envoy's
   * `per_connection_buffer_limit_bytes`, 1 MiB by default), and the method limits the SDK's buffer, 1 MiB by default.
   *
   * @param bytes 0 or more
   *
   * @example
   * ```ts
   * ctx.setRequestBodyBufferLimit(10 * 1024 * 1024); // where the gateway's limit is 10 MiB too
   * ```
   */
  setRequestBodyBufferLimit(bytes: i32): void {
    this.requestBodyLimit = bytes;
    this.setGatewayLimit("set_decoder_buffer_limit", bytes);
  }

  /** Sets the limit for the response's body. A larger response gets 500, or is cut; else as `setRequestBodyBufferLimit`. */
  setResponseBodyBufferLimit(bytes: i32): void {
    this.responseBodyLimit = bytes;
    this.setGatewayLimit("set_encoder_buffer_limit", bytes);
  }

  /**
   * Keeps a value for later hooks of this request.
   *
   * @example
   * ```ts
   * ctx.set<string>("user", "mia");
   * const user = ctx.get<string>("user"); // string | null
   * ```
   */
  set<T>(key: string, value: T): void {
    let values = this.values;
    if (values === null) {
      values = new Values();
      this.values = values;
    }
    values.set<T>(key, value);
  }

  /** A value that was kept for this request; null if there is none of this type. For numbers and bools see `getOr`. */
  get<T>(key: string): T | null {
    const values = this.values;
    return values === null ? null : values.get<T>(key);
  }

  /** A value that was kept for this request, or another if there is none of this type. */
  getOr<T>(key: string, otherwise: T): T {
    const values = this.values;
    return values === null ? otherwise : values.getOr<T>(key, otherwise);
  }

  /** @internal Answers a message that the SDK itself cannot let pass; one that has been answered stays so. */
  refuse(status: i32, body: string, details: string): void {
    if (this.answered || this.over || !select(this.id)) return;
    sendLocalReply(status, [], encodeUtf8(body), details, -1);
    this.answered = true;
    this.localReply = true;
    this.forgetCalls();
  }

  /** @internal Whether `sendResponse` has answered. */
  get isAnswered(): bool {
    return this.answered;
  }

  /** @internal Whether a local reply has replaced the response. */
  get isReplaced(): bool {
    return this.answered && !this.replyIsResponse;
  }

  /** @internal From here on the SDK logs on behalf of this request. */
  begin(): void {
    this.log.setRequest(this.requestMap());
    setReporter(this.log);
  }

  /** @internal Whether a message waits. */
  get isHeld(): bool {
    return this.requestHold.isHeld || this.responseHold.isHeld;
  }

  private get goesOn(): bool {
    return this.requestHold.goesOn || this.responseHold.goesOn;
  }

  /** @internal Whether the stream is over. */
  get isOver(): bool {
    return this.over;
  }

  /** @internal A call was sent. */
  expect(callout: Callout): void {
    let calls = this.calls;
    if (calls === null) {
      calls = new SentCallouts(this.root.callouts);
      this.calls = calls;
    }
    calls.add(callout);
  }

  /** @internal The answer of a call has come. */
  received(): void {
    const calls = this.calls;
    if (calls !== null) calls.pending--;
  }

  /** @internal Warns where nothing will end what was held. */
  warnIfStuck(): void {
    // What such a plugin waits for, only it knows.
    if (isUsed(OWN_CALLBACKS)) return;
    const calls = this.calls;
    if (this.isHeld && !this.answered && (calls === null || calls.pending == 0)) {
      this.log.warn("a message is held, and nothing will end it: the stream hangs");
    }
  }

  /** @internal The response has come. */
  beginResponse(endOfStream: bool): void {
    this.hasResponseBody = !endOfStream;
    this.replyIsResponse = this.answered;
    this.responseMap().setBodyFollows(!endOfStream);
    // Read now, for all hooks: when a stream ends in another way than its response, Envoy writes that over it.
    if (isUsed(IS_LOCAL_REPLY) && !this.answered) {
      this.localReply = readProperty(this.id, ["response", "code_details"]).string() != "via_upstream";
    }
  }

  /** @internal Nothing can be answered from here on, and no answer of a call is wanted. */
  close(): void {
    this.forgetCalls();
    this.over = true;
    this.requestMap().close();
    this.responseMap().close();
  }

  /** @internal */
  requestMap(): RequestHeaders {
    let request = this.request;
    if (request === null) {
      request = new RequestHeaders(this.id);
      this.request = request;
    }
    return request;
  }

  /** Sets a limit of Higress. Elsewhere the name would be a property of the plugin's own. */
  private setGatewayLimit(name: string, bytes: i32): void {
    if (readProperty(this.id, ["plugin_vm_memory"]).exists()) setProperty([name], integerText(bytes));
  }

  private forgetCalls(): void {
    if (!CALLS) return;
    const calls = this.calls;
    if (calls !== null && calls.pending > 0) calls.forget();
  }

  private release(hold: Hold, title: string): Error | null {
    let error: Error | null;
    if (this.over) error = new Error("the stream is over");
    else if (hold == this.responseHold ? this.isReplaced : this.answered)
      error = new Error("the request has been answered");
    else error = hold.release();
    if (error !== null) report(LogLevel.Error, "the " + title + " cannot be resumed: " + error.message);
    return error;
  }

  private responseMap(): ResponseHeaders {
    let response = this.response;
    if (response === null) {
      response = new ResponseHeaders(this.id);
      this.response = response;
    }
    return response;
  }
}
