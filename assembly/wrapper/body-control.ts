import { integerText } from "../abi/decimal";
import { injectIntoResponse } from "../proxywasm/inject";
import { reported } from "../proxywasm/log";
import { writeProperty } from "../proxywasm/property";
import { BodyChoice } from "./body-choice";
import { isHigress } from "./gateway-state";
import { MessageInfo } from "./message-info";

/** What a plugin can decide about the bodies and the route of a request and its response. */
export abstract class BodyControl extends MessageInfo {
  /**
   * Whether a body may follow the request headers. True also for a chunked body of zero bytes, and for a
   * tunnel (an upgrade, CONNECT). False for `content-length: 0`. Valid in every hook.
   *
   * @example
   * ```ts
   * if (!ctx.hasRequestBody) log.info("the hook on the request body will not run");
   * ```
   */
  get hasRequestBody(): bool {
    return this.requestBodyFollows;
  }

  /** @internal */
  requestBodyFollows: bool = false;
  /** Whether a body may follow the response headers. False before the response arrives. */
  hasResponseBody: bool = false;
  /**
   * Whether the request asks for a tunnel: an upgrade without a length, or a CONNECT. The bytes after its headers are not
   * HTTP, so no hook on its body runs. Valid in every hook of a plugin with a hook on a body; false in other plugins.
   *
   * @example
   * ```ts
   * if (ctx.isTunnel) ctx.sendResponse(403, [], "the body of a tunnel cannot be checked");
   * ```
   */
  isTunnel: bool = false;

  /** @internal In bytes; -1: the default. */
  requestBodyLimit: i32 = -1;
  /** @internal In bytes; -1: the default. */
  responseBodyLimit: i32 = -1;
  /** @internal */
  requestBodyChoice: BodyChoice = BodyChoice.Default;
  /** @internal */
  responseBodyChoice: BodyChoice = BodyChoice.Default;

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
   * Pauses the request in the hook on its chunks. From now on the SDK keeps what this hook returns, until
   * `ctx.resumeRequest()` sends all of it on, in order. The hook goes on running for each chunk that arrives. Call this
   * method in the hook on chunks, or before.
   *
   * The kept chunks count against the limit of `ctx.setRequestBodyBufferLimit`, 1 MiB by default: with more bytes, the
   * client gets a 413. After the resume the hook can pause the request again.
   *
   * @example
   * ```ts
   * function onChunk(ctx: HttpContext, config: Config, chunk: ArrayBuffer, isLast: bool, log: Log): ArrayBuffer {
   *   const scanner = new HttpClient(new FQDNCluster("scanner.dns", 80));
   *   if (scanner.call<Config>(ctx, config, "POST", "/scan", [], chunk, onScanned) === null) ctx.needPauseStreamingRequest();
   *   else ctx.sendResponse(503, [], "cannot scan");
   *   return chunk;
   * }
   *
   * function onScanned(ctx: HttpContext, config: Config, response: HttpResponse, log: Log): void {
   *   if (response.status == 200) ctx.resumeRequest();
   *   else ctx.sendResponse(403, [], "forbidden");
   * }
   * ```
   */
  needPauseStreamingRequest(): void {
    this.extras().pausesRequest = true;
  }

  /**
   * As `needPauseStreamingRequest`, for the response: the kept chunks continue with `ctx.resumeResponse()`. They count
   * against the limit of `ctx.setResponseBodyBufferLimit`; with more bytes the response is cut off.
   *
   * @example
   * ```ts
   * ProcessStreamingResponseBodyBy<Config>((ctx, config, chunk, isLast, log) => {
   *   if (!isLast) ctx.needPauseStreamingResponse(); // the client gets nothing before the end
   *   else ctx.resumeResponse();
   *   return chunk;
   * });
   * ```
   */
  needPauseStreamingResponse(): void {
    this.extras().pausesResponse = true;
  }

  /**
   * Sends bytes of the response body to the client at once, before the chunks that wait for `ctx.resumeResponse()`, past
   * this plugin's own hooks. If the response headers wait at this plugin, they continue first. Call this method in a call
   * handler.
   *
   * **A plugin that calls this method runs on Higress only.** Other gateways do not load its module, and the build says
   * so. With `"use": ["HIGRESS_CALLS=0"]` in asconfig.json the module loads on every gateway, and this method always returns
   * an error. `needPauseStreamingResponse` and `resumeResponse` work on every gateway.
   *
   * @param bytes the bytes, in the encoding of the response
   * @param endOfStream whether the response ends with these bytes. Nothing else of the response is sent then.
   * @returns null, or an error, which is also logged: the response headers have not arrived, the response has no body or
   * has ended, or the stream is over
   *
   * @example
   * ```ts
   * const waiting = ctx.popBuffer();
   * if (waiting !== null) ctx.injectResponseBody(waiting, ctx.bufferQueueSize() == 0);
   * ```
   */
  injectResponseBody(bytes: ArrayBuffer, endOfStream: bool = false): Error | null {
    const extras = this.extras();
    if (!this.hasResponseBody) return reported("bytes not injected: the response has no body, or has not arrived");
    if (extras.hasInjectedEnd) return reported("bytes not injected: the response has ended");
    const fault = injectIntoResponse(this.id, bytes, endOfStream);
    if (fault !== null) return reported("bytes not injected: " + fault);
    if (endOfStream) extras.hasInjectedEnd = true;
    return null;
  }

  /**
   * Keeps the route of the request when this plugin changes request headers. Without this call, the gateway finds the
   * route again after a change, see docs/semantics.md. Call it before the changes.
   *
   * @returns true on Higress. False on other gateways, which have no such setting: there the changed headers decide about
   * the route.
   *
   * @example
   * ```ts
   * if (!ctx.disableReroute()) log.warn("the new path may lead to another route");
   * ctx.requestHeaders.set(":path", "/v2" + ctx.path);
   * ```
   */
  disableReroute(): bool {
    return isHigress(this.id) && writeProperty(this.id, ["clear_route_cache"], "off") === null;
  }

  /** Sets a limit of Higress. On other gateways this would create a property of that name, so there it does nothing. */
  private setGatewayLimit(name: string, bytes: i32): void {
    if (isHigress(this.id)) writeProperty(this.id, [name], integerText(bytes));
  }
}
