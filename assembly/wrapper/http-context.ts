import { select } from "../abi/entry";
import { BufferType, LogLevel, Status, StreamType } from "../abi/enums";
import { CALLS, REQUEST_MAP, ROUTE_CALLS } from "../abi/features";
import { IS_LOCAL_REPLY, isUsed, OWN_CALLBACKS } from "../abi/used";
import { encodeUtf8 } from "../abi/utf8";
import { PendingCall, SentCalls, StreamCalls } from "../context/calls";
import { RootContext } from "../context/contexts";
import { writeBody } from "../proxywasm/body-buffer";
import { CallTarget } from "../proxywasm/call-target";
import { sendLocalReply } from "../proxywasm/local-reply";
import { report, reported, setReporter } from "../proxywasm/log";
import { statusName } from "../proxywasm/status";
import { headersFault } from "../proxywasm/syntax";
import { monotonicMs } from "../proxywasm/time";
import { Action } from "./action";
import { Body } from "./body";
import { canHoldHeaders, isFromUpstream } from "./gateway-state";
import { Caller } from "./caller";
import { Log } from "./log";
import { Pause } from "./pause";
import { RouteCall } from "./route-call";
import { UserAttributes } from "./user-attributes";

const HAS_REPLY = "the request already has a local reply";

/**
 * The handler of the response to a request that `HttpContext.routeCall` has changed. The handler runs on the whole body of
 * the response, as a hook on the whole body does, and gets the `env` of the call instead of a configuration.
 */
export type RouteCallHandler<E> = (ctx: HttpContext, env: E, body: Body, log: Log) => Action;

class RouteCallOf<E> extends RouteCall {
  constructor(
    private ctx: HttpContext,
    private env: E,
    private done: RouteCallHandler<E>,
  ) {
    super();
  }

  override run(body: Body, log: Log): Action {
    return this.done(this.ctx, this.env, body, log);
  }
}

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
export class HttpContext extends UserAttributes implements Caller {
  /** This plugin has sent a local reply. */
  private replied: bool = false;
  private localReply: bool = false;
  /** The response is this plugin's local reply to the request. The plugin's response hooks can pause and resume it. */
  private replyIsResponse: bool = false;
  private over: bool = false;

  private calls: StreamCalls | null = null;
  private pauseOfRequest: Pause | null = null;
  private pauseOfResponse: Pause | null = null;
  /** Bit t is set while a headers hook of the message with type t runs, and the message has no `Pause` yet. */
  private unpausedHooks: i32 = 0;

  /** @internal */
  constructor(
    id: u32,
    /** @internal */
    readonly log: Log,
    private root: RootContext,
    private failOpen: bool,
  ) {
    super(id);
  }

  /** @internal The pauses of a message. */
  pauseOf(message: StreamType): Pause {
    let pause = this.knownPause(message);
    if (pause === null) {
      pause = new Pause(this.id, message);
      if (message == StreamType.Request) this.pauseOfRequest = pause;
      else this.pauseOfResponse = pause;
      if ((this.unpausedHooks >> message) & 1) pause.beginHook();
    }
    return pause;
  }

  /** The pauses of a message; null if no hook has paused or resumed it. */
  private knownPause(message: StreamType): Pause | null {
    return message == StreamType.Request ? this.pauseOfRequest : this.pauseOfResponse;
  }

  /** @internal A headers hook of a message begins. */
  beginHeadersHook(message: StreamType): void {
    const pause = this.knownPause(message);
    if (pause === null) this.unpausedHooks |= 1 << message;
    else pause.beginHook();
  }

  /** @internal A headers hook of a message has ended. Returns whether the message is paused by this hook. */
  endHeadersHook(message: StreamType, pauses: bool): bool {
    this.unpausedHooks &= ~(1 << message);
    return pauses || this.knownPause(message) !== null ? this.pauseOf(message).endHook(pauses) : false;
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
      this.releaseIfPaused(this.pauseOfRequest);
      this.releaseIfPaused(this.pauseOfResponse);
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
    return this.release(StreamType.Request, "request");
  }

  /**
   * Resumes a response that a hook has paused with `Action.Pause`. Call it once per `Pause`; the response continues after
   * the last.
   *
   * @returns null, or an error, which is also logged: the response is not paused, was replaced, or the stream is over
   */
  resumeResponse(): Error | null {
    return this.release(StreamType.Response, "response");
  }

  /**
   * Sends the request on with another method, URL, headers and body, and lets `done` handle the response: a call that
   * takes the route of the request, with the retries and timeouts of that route. `done` runs instead of the plugin's hooks
   * on the response, also for a local reply of the gateway (`ctx.isLocalReply`), but not for a local reply of this plugin.
   * The gateway holds the response, so `done` can read and change `ctx.responseHeaders` and the body, send a local reply,
   * or return `Action.Pause`.
   *
   * Call this method in the hook on the whole request body; for a request without a body, in the hook on the request
   * headers. The gateway must hold headers: Higress, or an Envoy with `allow_on_headers_stop_iteration`, see
   * docs/semantics.md.
   *
   * @param env a value that `done` gets as its second argument
   * @param method the new method
   * @param url a path with its query, or a URL, whose host replaces the host of the request. The scheme is ignored.
   * @param headers `[name, value]` pairs, without pseudo-headers. Each replaces a header of the request; other headers stay,
   * except `accept-encoding` and `content-length`. `x-envoy-original-method`, `-path` and `-host` get the old values.
   * @param body the new body; empty for a request without a body
   * @returns null, or an error, which is also logged: an argument is not allowed, the gateway does not hold headers, or the
   * request headers have left. Then nothing has changed.
   *
   * @example
   * ```ts
   * function askModel(ctx: HttpContext, config: Config, body: Body, log: Log): Action {
   *   const headers = [["content-type", "application/json"]];
   *   const error = ctx.routeCall<Config>(config, "POST", "/v1/chat", headers, body.bytes(), onModel);
   *   if (error !== null) ctx.sendResponse(503, [], "no model");
   *   return Action.Continue;
   * }
   *
   * function onModel(ctx: HttpContext, config: Config, body: Body, log: Log): Action {
   *   if (ctx.responseHeaders.get(":status") != "200") ctx.sendResponse(502, [], "the model has failed");
   *   else body.append<string>("\n");
   *   return Action.Continue;
   * }
   * ```
   */
  routeCall<E>(
    env: E,
    method: string,
    url: string,
    headers: string[][],
    body: ArrayBuffer,
    done: RouteCallHandler<E>,
  ): Error | null {
    const target = new CallTarget(url);
    let fault = this.routeCallFault(method, target, headers, body);
    if (fault === null && this.requestBodyFollows) {
      const status = writeBody(BufferType.RequestBody, 0, i32.MAX_VALUE, body);
      if (status != Status.Ok) fault = "the body cannot be written: " + statusName(status);
    }
    if (fault !== null) return reported("route call not sent: " + fault);
    const request = this.requestMap();
    const original = "x-envoy-original-";
    request.set(original + "method", request.getOr(":method", ""));
    request.set(original + "path", request.getOr(":path", ""));
    request.set(original + "host", request.getOr(":authority", ""));
    request.delete("accept-encoding");
    if (this.requestBodyFollows) request.delete("content-length");
    request.set(":method", method);
    request.set(":path", target.path);
    if (target.authority.length > 0) request.set(":authority", target.authority);
    for (let i = 0; i < headers.length; i++) request.set(headers[i][0], headers[i][1]);
    this.extras().routeCall = new RouteCallOf<E>(this, env, done);
    return null;
  }

  /** @internal The handler of the response to a route call; null if there is none, or if the plugin has replied itself. */
  takeRouteCall(): RouteCall | null {
    if (!ROUTE_CALLS || this.replied) return null;
    return this.extras().routeCall;
  }

  /** The reason why a route call must not be made, or null. */
  private routeCallFault(method: string, target: CallTarget, headers: string[][], body: ArrayBuffer): string | null {
    if (this.over || !select(this.id)) return "the stream is over";
    if (this.replied) return HAS_REPLY;
    const extras = this.extras();
    if (extras.routeCall !== null) return "the request is a route call already";
    if (!canHoldHeaders()) return "the gateway does not hold headers, see docs/semantics.md";
    const request = this.requestMap();
    if (!request.available) return "the request headers have left";
    if (this.requestBodyFollows && !extras.hasWholeRequest) return "call it in the hook on the whole request body";
    if (!this.requestBodyFollows && body.byteLength > 0) return "a request without a body cannot get a body";
    let fault = request.check(":method", method);
    if (fault !== null) return "method: " + fault;
    fault = request.check(":path", target.path);
    if (fault !== null) return "path: " + fault;
    if (target.authority.length > 0) {
      fault = target.authority.includes("@") ? "it contains a user" : request.check(":authority", target.authority);
      if (fault !== null) return "host: " + fault;
    }
    return headersFault(headers);
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
    if (REQUEST_MAP) this.log.setRequest(this.requestMap());
    setReporter(this.log);
  }

  /** @internal Whether the request or the response is paused. */
  get isPaused(): bool {
    const request = this.pauseOfRequest;
    const response = this.pauseOfResponse;
    return (request !== null && request.isPaused) || (response !== null && response.isPaused);
  }

  private get isContinuing(): bool {
    const request = this.pauseOfRequest;
    const response = this.pauseOfResponse;
    return (request !== null && request.isContinuing) || (response !== null && response.isContinuing);
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
    this.beginResponseMap(!endOfStream);
    this.readResponseFacts(this.replied);
    // Read now for all hooks: if the stream fails after its response has begun, Envoy overwrites this property.
    if (isUsed(IS_LOCAL_REPLY) && !this.replied) {
      this.localReply = !isFromUpstream(this.id);
    }
  }

  /** @internal Called when the stream ends. Local replies are no longer possible, and calls in flight are forgotten. */
  close(): void {
    this.forgetCalls();
    this.over = true;
    this.closeMaps();
  }

  private forgetCalls(): void {
    if (!CALLS) return;
    const calls = this.calls;
    if (calls !== null && calls.pending > 0) calls.forget();
  }

  private releaseIfPaused(pause: Pause | null): void {
    if (pause !== null && pause.isPaused) pause.release();
  }

  private release(message: StreamType, title: string): Error | null {
    let error: Error | null;
    if (this.over) error = new Error("the stream is over");
    else if (message == StreamType.Response ? this.isReplaced : this.replied) error = new Error(HAS_REPLY);
    else error = this.pauseOf(message).release();
    if (error !== null) report(LogLevel.Error, "the " + title + " cannot be resumed: " + error.message);
    return error;
  }
}
