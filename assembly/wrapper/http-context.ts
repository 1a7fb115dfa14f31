import { integerText } from "../abi/decimal";
import { select } from "../abi/entry";
import { LogLevel, MapType, StreamType } from "../abi/enums";
import { CALLS } from "../abi/features";
import { HOST, IS_LOCAL_REPLY, isUsed, METHOD, OWN_CALLBACKS, PATH, SCHEME } from "../abi/used";
import { encodeUtf8 } from "../abi/utf8";
import { PendingCall, SentCalls, StreamCalls } from "../context/calls";
import { RootContext } from "../context/contexts";
import { Headers } from "../proxywasm/headers";
import { sendLocalReply } from "../proxywasm/local-reply";
import { report, setReporter } from "../proxywasm/log";
import { readProperty, readXdsProperty, setProperty } from "../proxywasm/property";
import { RequestHeaders } from "../proxywasm/request-headers";
import { ResponseHeaders } from "../proxywasm/response-headers";
import { monotonicMs } from "../proxywasm/time";
import { Trailers } from "../proxywasm/trailers";
import { BodyChoice } from "./body-choice";
import { Caller } from "./caller";
import { Pause } from "./pause";
import { Log } from "./log";
import { Values } from "./values";

const HAS_REPLY = "the request already has a local reply";

/**
 * One request and its response. All hooks of a request get the same object.
 *
 * @example
 * ```ts
 * function onRequestHeaders(ctx: HttpContext, config: Config, log: Log): Action {
 *   if (ctx.method == "DELETE" && ctx.path.startsWith("/admin")) ctx.sendResponse(403, [], "forbidden");
 *   else ctx.requestHeaders.set("x-tenant", config.tenant);
 *   return Action.Continue;
 * }
 * ```
 */
export class HttpContext implements Caller {
  private request: RequestHeaders | null = null;
  private response: ResponseHeaders | null = null;
  private values: Values | null = null;
  /** This plugin has sent a local reply. */
  private replied: bool = false;
  private localReply: bool = false;
  /** The response is this plugin's local reply to the request. The plugin's response hooks can pause and resume it. */
  private replyIsResponse: bool = false;
  private over: bool = false;

  private calls: StreamCalls | null = null;
  /** @internal */
  readonly requestPause: Pause;
  /** @internal */
  readonly responsePause: Pause;
  /**
   * Whether a body may follow the request headers. True also for a chunked body of zero bytes, and for a
   * tunnel (an upgrade, CONNECT). False for `content-length: 0`. Valid in every hook.
   *
   * @example
   * ```ts
   * if (!ctx.hasRequestBody) log.info("the hook on the request body will not run");
   * ```
   */
  hasRequestBody: bool = false;
  /** Whether a body may follow the response headers. False before the response arrives. */
  hasResponseBody: bool = false;

  /** @internal In bytes; -1: the default. */
  requestBodyLimit: i32 = -1;
  /** @internal In bytes; -1: the default. */
  responseBodyLimit: i32 = -1;
  /** @internal */
  requestBodyChoice: BodyChoice = BodyChoice.Default;
  /** @internal */
  responseBodyChoice: BodyChoice = BodyChoice.Default;

  /** @internal */
  constructor(
    /** The number of the stream context. It is unique in this VM while the stream exists. */
    readonly id: u32,
    /** @internal */
    readonly log: Log,
    private root: RootContext,
    private failOpen: bool,
  ) {
    this.requestPause = new Pause(id, StreamType.Request);
    this.responsePause = new Pause(id, StreamType.Response);
  }

  /**
   * The headers of the request. They exist in the request-headers hook, while the gateway holds them (`Action.Pause`,
   * `Action.HoldHeaders`), and in the stream-done hook.
   */
  get requestHeaders(): Headers {
    return this.requestMap();
  }

  /**
   * The headers of the response. They exist in the response-headers hook, while the gateway holds them (`Action.Pause`,
   * `Action.HoldHeaders`), and in the stream-done hook.
   */
  get responseHeaders(): Headers {
    return this.responseMap();
  }

  /** The trailers of the request. They exist in the request-trailers hook. */
  get requestTrailers(): Headers {
    return new Trailers(this.id, MapType.RequestTrailers);
  }

  /** The trailers of the response. They exist in the response-trailers hook. */
  get responseTrailers(): Headers {
    return new Trailers(this.id, MapType.ResponseTrailers);
  }

  /** The method of the request as it reached this plugin. Valid in every hook. */
  get method(): string {
    return this.requestMap().part(METHOD);
  }

  /** The scheme of the request as it reached this plugin: `http` or `https`. Valid in every hook. */
  get scheme(): string {
    return this.requestMap().part(SCHEME);
  }

  /**
   * The host of the request as it reached this plugin, with a port if the header has one: `example.com:8080`. Valid in
   * every hook.
   */
  get host(): string {
    return this.requestMap().part(HOST);
  }

  /** The path and query of the request as they reached this plugin. Valid in every hook. */
  get path(): string {
    return this.requestMap().part(PATH);
  }

  /**
   * The name of the route of the request; "" if the request has no route. On Higress it is the name of the Ingress. If a
   * plugin changes the request headers, the new route is visible only after the request has left the last plugin.
   */
  get routeName(): string {
    return readXdsProperty(this.id, "route_name").string();
  }

  /**
   * The name of the cluster that the request goes to; "" if it has no cluster. The cluster changes with the route, see
   * `routeName`.
   */
  get clusterName(): string {
    return readXdsProperty(this.id, "cluster_name").string();
  }

  /**
   * Whether the response is a local reply: made by this plugin, by another plugin or by the gateway (a route without an
   * upstream, a timeout, …), not by an upstream. False before the response exists.
   */
  get isLocalReply(): bool {
    return this.localReply;
  }

  /** The milliseconds of a clock that never goes back, for durations; the same as `monotonicMs()`. */
  get monotonicMs(): f64 {
    return monotonicMs();
  }

  /**
   * Sends a local reply to the client. The request does not continue; called in a response hook, the reply replaces the
   * upstream's response. The return value of the current hook is then ignored. The response hooks of this plugin run for a
   * local reply to the request, but not for a local reply that replaces a response.
   *
   * @param status 200 to 599
   * @param headers `[name, value]` pairs, at most 1024, without pseudo-headers, `content-length` and `transfer-encoding`. The
   * headers of an HTTP call response (`response.headers()`, with `:status`) are sent without those that must not be
   * forwarded, see `HttpResponse.forwardableHeaders`.
   * @param body a text, sent with `content-type: text/plain` unless `headers` has another type. It is not sent for HEAD
   * requests, nor with 204 and 304, which have no body.
   * @param details the text for `%RESPONSE_CODE_DETAILS%` in access logs
   * @param grpcStatus the status for a gRPC client; -1: derived from the status code
   * @returns null, or an error, which is also logged: invalid status code, header name or value; a second local reply; a
   * message that was resumed in the same callback; or the stream is over. If a local reply is rejected, the client gets a
   * plain 500, unless the plugin is registered with `FailOpen`.
   *
   * @example
   * ```ts
   * if (ctx.host != "www.example.com") ctx.sendResponse(403, [["content-type", "text/html"]], "<h1>Forbidden</h1>");
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
    else if (this.replied) error = new Error(HAS_REPLY);
    // Envoy would do both: continue the message, after which the stream may be gone, and reply on it, which crashes Envoy.
    else if (this.isContinuing) error = new Error("the message was just resumed");
    else error = sendLocalReply(status, headers, encodeUtf8(body), details, grpcStatus);
    if (error === null) {
      this.replied = true;
      this.localReply = true;
      return null;
    }
    report(LogLevel.Error, "response not sent: " + error.message);
    if (!this.failOpen && !this.isContinuing) {
      this.replyInstead(500, "", "plugin_failed");
    } else if (this.failOpen && !this.replied) {
      // Outside a hook nothing else would resume the message.
      if (this.requestPause.isPaused) this.requestPause.release();
      if (this.responsePause.isPaused) this.responsePause.release();
    }
    return error;
  }

  /**
   * Resumes a request that a hook has paused with `Action.Pause`. Call it once per `Pause`; the request continues after the
   * last.
   *
   * @returns null, or an error, which is also logged: the request is not paused, has a local reply, or the stream is over
   *
   * @example
   * ```ts
   * function onAuth(ctx: HttpContext, config: Config, response: HttpResponse, log: Log): void {
   *   if (response.status == 200) ctx.resumeRequest();
   *   else ctx.sendResponse(401, [], "unauthorized");
   * }
   * ```
   */
  resumeRequest(): Error | null {
    return this.release(this.requestPause, "request");
  }

  /**
   * Resumes a response that a hook has paused with `Action.Pause`. Call it once per `Pause`; the response continues after
   * the last.
   *
   * @returns null, or an error, which is also logged: the response is not paused, was replaced, or the stream is over
   */
  resumeResponse(): Error | null {
    return this.release(this.responsePause, "response");
  }

  /**
   * Lets the request body, or the part that has not arrived yet, pass without the hooks on it.
   *
   * @example
   * ```ts
   * if (ctx.requestHeaders.get("content-type") != "application/json") ctx.dontReadRequestBody();
   * ```
   */
  dontReadRequestBody(): void {
    this.requestBodyChoice = BodyChoice.Skip;
  }

  /** Lets the response body, or the part that has not arrived yet, pass without the hooks on it. */
  dontReadResponseBody(): void {
    this.responseBodyChoice = BodyChoice.Skip;
  }

  /**
   * Buffers the request body for the hook on the whole body, also if a hook on chunks is registered, which would otherwise
   * get the body, and also for a gRPC stream that `PassGrpcStreams()` would let pass. Call it in the request-headers hook.
   */
  bufferRequestBody(): void {
    this.requestBodyChoice = BodyChoice.Buffer;
  }

  /**
   * Buffers the response body for the hook on the whole body, also for gRPC and event streams. Call it in the
   * response-headers hook. See `bufferRequestBody`.
   */
  bufferResponseBody(): void {
    this.responseBodyChoice = BodyChoice.Buffer;
  }

  /**
   * Sets how many bytes of the request body may be buffered for the hook on the whole body. For a larger body the client
   * gets a 413, and the hook does not run. Call it in the request-headers hook.
   *
   * On Higress this method sets the gateway's limit for the request. On other gateways that limit stays unchanged (Envoy's
   * `per_connection_buffer_limit_bytes`, 1 MiB by default), and the method limits the SDK's own buffer, 1 MiB by default.
   *
   * @param bytes 0 or more
   *
   * @example
   * ```ts
   * ctx.setRequestBodyBufferLimit(10 * 1024 * 1024); // the gateway's own limit must be 10 MiB too
   * ```
   */
  setRequestBodyBufferLimit(bytes: i32): void {
    this.requestBodyLimit = bytes;
    this.setGatewayLimit("set_decoder_buffer_limit", bytes);
  }

  /**
   * Sets how many bytes of the response body may be buffered for the hook on the whole body. For a larger body the client
   * gets a 500, or a response that is cut. Call it in the response-headers hook. See `setRequestBodyBufferLimit`.
   */
  setResponseBodyBufferLimit(bytes: i32): void {
    this.responseBodyLimit = bytes;
    this.setGatewayLimit("set_encoder_buffer_limit", bytes);
  }

  /**
   * Stores a value for later hooks of this request.
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

  /**
   * Returns a value that `set` stored; null if the key has no value of this type. For numbers and bools use `getOr`.
   */
  get<T>(key: string): T | null {
    const values = this.values;
    return values === null ? null : values.get<T>(key);
  }

  /** Returns a value that `set` stored, or `otherwise` if the key has no value of this type. */
  getOr<T>(key: string, otherwise: T): T {
    const values = this.values;
    return values === null ? otherwise : values.getOr<T>(key, otherwise);
  }

  /** @internal Sends a local reply instead of a message that must not pass, unless the plugin has sent one. */
  replyInstead(status: i32, body: string, details: string): void {
    if (this.replied || this.over || !select(this.id)) return;
    sendLocalReply(status, [], encodeUtf8(body), details, -1);
    this.replied = true;
    this.localReply = true;
    this.forgetCalls();
  }

  /** @internal Whether this plugin has sent a local reply. */
  get hasReplied(): bool {
    return this.replied;
  }

  /** @internal Whether a local reply has replaced the response. */
  get isReplaced(): bool {
    return this.replied && !this.replyIsResponse;
  }

  /** @internal Makes the following log lines carry the id of this request. */
  begin(): void {
    this.log.setRequest(this.requestMap());
    setReporter(this.log);
  }

  /** @internal Whether the request or the response is paused. */
  get isPaused(): bool {
    return this.requestPause.isPaused || this.responsePause.isPaused;
  }

  private get isContinuing(): bool {
    return this.requestPause.isContinuing || this.responsePause.isContinuing;
  }

  /** @internal Whether the stream is over. */
  get isOver(): bool {
    return this.over;
  }

  /** @internal */
  callHost(): string {
    return this.host;
  }

  /** @internal Registers a call that was sent. */
  addCall(call: PendingCall): void {
    let calls = this.calls;
    if (calls === null) {
      calls = new SentCalls(this.root.calls);
      this.calls = calls;
    }
    calls.add(call);
  }

  /** @internal Notes that the response of a call has arrived. */
  callDone(): void {
    const calls = this.calls;
    if (calls !== null) calls.pending--;
  }

  /** @internal Forgets a call that the plugin has cancelled. */
  dropCall(token: u32): void {
    this.root.calls.take(token);
    this.callDone();
  }

  /** @internal Warns if a message is paused and no call is in flight whose call handler could resume the message. */
  warnIfStuck(): void {
    // A plugin with callbacks of its own may resume the message there.
    if (isUsed(OWN_CALLBACKS)) return;
    const calls = this.calls;
    if (this.isPaused && !this.replied && (calls === null || calls.pending == 0)) {
      this.log.warn("a message is paused, and no call will resume it: the stream hangs");
    }
  }

  /** @internal Called when the response headers arrive. */
  beginResponse(endOfStream: bool): void {
    this.hasResponseBody = !endOfStream;
    this.replyIsResponse = this.replied;
    this.responseMap().setBodyFollows(!endOfStream);
    // Read now for all hooks: if the stream fails after its response has begun, Envoy overwrites this property.
    if (isUsed(IS_LOCAL_REPLY) && !this.replied) {
      this.localReply = readProperty(this.id, ["response", "code_details"]).string() != "via_upstream";
    }
  }

  /** @internal Called when the stream ends. Local replies are no longer possible, and calls in flight are forgotten. */
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

  /** Sets a limit of Higress. On other gateways this would create a property of that name, so there it does nothing. */
  private setGatewayLimit(name: string, bytes: i32): void {
    if (readProperty(this.id, ["plugin_vm_memory"]).exists()) setProperty([name], integerText(bytes));
  }

  private forgetCalls(): void {
    if (!CALLS) return;
    const calls = this.calls;
    if (calls !== null && calls.pending > 0) calls.forget();
  }

  private release(pause: Pause, title: string): Error | null {
    let error: Error | null;
    if (this.over) error = new Error("the stream is over");
    else if (pause == this.responsePause ? this.isReplaced : this.replied) error = new Error(HAS_REPLY);
    else error = pause.release();
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
