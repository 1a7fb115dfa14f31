import { Action } from "./action";
import { Body } from "./body";
import { Handlers } from "./handlers";
import { BodyHook, ChunkHook, HeadersHook, StreamDoneHook } from "./hooks";
import { HttpContext } from "./http-context";
import { Log } from "./log";
import { RuleBackups } from "./rules/rule-backups";
import { BodyOption, ChunksOption, CtxOption, HeadersOption, StreamDoneOption, TrailersOption } from "./option";

/** The function of a hook on headers or trailers. */
export type HeadersFunction<C> = (ctx: HttpContext, config: C, log: Log) => Action;

/** The function of a hook on a whole body. */
export type BodyFunction<C> = (ctx: HttpContext, config: C, body: Body, log: Log) => Action;

/** The function of a hook on chunks of a body. Its return value replaces the chunk. */
export type ChunkFunction<C> = (ctx: HttpContext, config: C, chunk: ArrayBuffer, isLast: bool, log: Log) => ArrayBuffer;

/** The function of a hook that reads the chunks of a body. */
export type ReadChunkFunction<C> = (ctx: HttpContext, config: C, chunk: ArrayBuffer, isLast: bool, log: Log) => void;

/** The function of a hook at the end of a stream. */
export type StreamDoneFunction<C> = (ctx: HttpContext, config: C, log: Log) => void;

class HeadersHookBy<C> extends HeadersHook<C> {
  constructor(private handle: HeadersFunction<C>) {
    super();
  }
  run(ctx: HttpContext, config: C, log: Log): Action {
    return this.handle(ctx, config, log);
  }
}

class BodyHookBy<C> extends BodyHook<C> {
  constructor(private handle: BodyFunction<C>) {
    super();
  }
  run(ctx: HttpContext, config: C, body: Body, log: Log): Action {
    return this.handle(ctx, config, body, log);
  }
}

class ChunkHookBy<C> extends ChunkHook<C> {
  constructor(private handle: ChunkFunction<C>) {
    super();
  }
  run(ctx: HttpContext, config: C, chunk: ArrayBuffer, isLast: bool, log: Log): ArrayBuffer {
    return this.handle(ctx, config, chunk, isLast, log);
  }
}

class ReadChunkHookBy<C> extends ChunkHook<C> {
  constructor(private handle: ReadChunkFunction<C>) {
    super();
  }
  run(ctx: HttpContext, config: C, chunk: ArrayBuffer, isLast: bool, log: Log): ArrayBuffer {
    this.handle(ctx, config, chunk, isLast, log);
    return chunk;
  }
}

class StreamDoneHookBy<C> extends StreamDoneHook<C> {
  constructor(private handle: StreamDoneFunction<C>) {
    super();
  }
  run(ctx: HttpContext, config: C, log: Log): void {
    this.handle(ctx, config, log);
  }
}

class FailOpenOption<C> extends CtxOption<C> {
  apply(handlers: Handlers<C>): void {
    handlers.failOpen = true;
  }
}

/**
 * Lets a request continue if the plugin fails to decide on it: if a local reply is rejected (for instance because the
 * configuration contains an invalid status code), or if the rule for the request cannot be found. Without this option the
 * client gets a plain 500, because a plugin that protects something must not let a request pass that it meant to stop.
 *
 * @example
 * ```ts
 * SetCtx<Config>("add-headers", [FailOpen<Config>(), ProcessRequestHeadersBy<Config>(onRequestHeaders)]);
 * ```
 */
export function FailOpen<C>(): CtxOption<C> {
  return new FailOpenOption<C>();
}

class PassGrpcStreamsOption<C> extends CtxOption<C> {
  apply(handlers: Handlers<C>): void {
    handlers.passesGrpc = true;
  }
}

/**
 * Lets gRPC messages without a `content-length` pass hooks on whole bodies unread, so that gRPC calls can stream in both
 * directions. Without this option the SDK buffers such a body for the hook, and a stream waits until its sender ends it.
 *
 * A client chooses its content type. With this option a client can bypass the hook on request bodies by sending
 * `content-type: application/grpc`. A plugin that protects something must reject this type in its headers hook, on routes
 * that are not gRPC.
 *
 * @example
 * ```ts
 * SetCtx<Config>("audit", [PassGrpcStreams<Config>(), ReadRequestBodyBy<Config>(onRequestBody)]);
 * ```
 */
export function PassGrpcStreams<C>(): CtxOption<C> {
  return new PassGrpcStreamsOption<C>();
}

class OnlyTextBodiesOption<C> extends CtxOption<C> {
  apply(handlers: Handlers<C>): void {
    handlers.onlyText = true;
  }
}

/**
 * Limits hooks on whole bodies to text: other bodies pass unread, and are not buffered. A body is text if it has no
 * `content-encoding` and its `content-type` is absent, `text/…`, JSON, XML, JavaScript or a URL-encoded form. Without this
 * option every body reaches the hook. Higress's Go wrapper skips compressed bodies, `octet-stream` and gRPC by itself.
 *
 * The sender chooses the content type. With this option a client can bypass the hook on request bodies by sending
 * `content-type: image/png` or `content-encoding: x`. A plugin that protects something must not use this option, or must
 * reject such headers in its hook on headers. `ctx.bufferRequestBody()` and `ctx.bufferResponseBody()` bring one body to
 * the hook all the same.
 *
 * @example
 * ```ts
 * SetCtx<Config>("links", [OnlyTextBodies<Config>(), ReadResponseBodyBy<Config>((ctx, config, body, log) => {
 *   log.debug(body.text());
 *   return Action.Continue;
 * })]);
 * ```
 */
export function OnlyTextBodies<C>(): CtxOption<C> {
  return new OnlyTextBodiesOption<C>();
}

class IsolationOption<C> extends CtxOption<C> {
  apply(handlers: Handlers<C>): void {
    handlers.isolation = new RuleBackups();
  }
}

/**
 * Keeps the plugin from rejecting a whole configuration because the parser fails for one rule. If the previous
 * configuration had a rule for the same routes, domains and services, that rule stays in force; it is parsed again, over
 * the new global configuration. Otherwise the rule is dropped: its requests get the next rule that matches, or the global
 * configuration, or pass without the plugin. Therefore do not use this option in a plugin that protects something. The
 * log names each such rule and the reason.
 *
 * The plugin still rejects a configuration if a rule has no condition (no `_match_…`), or if no rule is left.
 *
 * A VM knows only the previous configurations that it has read itself. A worker that starts later does not know them.
 * Neither does the VM in which Envoy validates an update, so an update in which all rules fail is rejected there.
 *
 * @example
 * ```ts
 * SetCtx<Config>("add-headers", [EnableRuleLevelConfigIsolation<Config>(), ParseConfigBy<Config>(parseConfig)]);
 * ```
 */
export function EnableRuleLevelConfigIsolation<C>(): CtxOption<C> {
  return new IsolationOption<C>();
}

/**
 * Registers the hook that runs when the headers of a request arrive.
 *
 * @example
 * ```ts
 * ProcessRequestHeadersBy<Config>((ctx, config, log) => {
 *   ctx.requestHeaders.set("x-tenant", config.tenant);
 *   return Action.Continue;
 * });
 * ```
 */
export function ProcessRequestHeadersBy<C>(handle: (ctx: HttpContext, config: C, log: Log) => Action): CtxOption<C> {
  return new HeadersOption<C>(true, new HeadersHookBy<C>(handle));
}

/**
 * Registers the hook that runs when the headers of a response arrive, from the upstream or as a local reply (see
 * `HttpContext.isLocalReply`).
 *
 * @example
 * ```ts
 * ProcessResponseHeadersBy<Config>((ctx, config, log) => {
 *   ctx.responseHeaders.delete("server");
 *   return Action.Continue;
 * });
 * ```
 */
export function ProcessResponseHeadersBy<C>(handle: (ctx: HttpContext, config: C, log: Log) => Action): CtxOption<C> {
  return new HeadersOption<C>(false, new HeadersHookBy<C>(handle));
}

/**
 * Registers the hook that runs when the whole body of a request has arrived. The hook can change the body or send a local
 * reply. No byte of the body passes before the hook has decided, whatever other filters the chain has (docs/semantics.md
 * explains how, and which order of filters a `Pause` needs). The hook is not called for a request without a body, for
 * upgrades and CONNECT, nor for gRPC streams with `PassGrpcStreams()`. For a body larger than the limit the client gets a
 * 413, see `ctx.setRequestBodyBufferLimit`.
 *
 * If the gateway cannot hold headers, the headers have left before the hook runs (see `Action.HoldHeaders`). The SDK
 * deletes `content-length`, because the hook may change the length of the body.
 *
 * @example
 * ```ts
 * ProcessRequestBodyBy<Config>((ctx, config, body, log) => {
 *   if (body.text().includes("secret")) ctx.sendResponse(403, [], "forbidden");
 *   return Action.Continue;
 * });
 * ```
 */
export function ProcessRequestBodyBy<C>(handle: BodyFunction<C>): CtxOption<C> {
  return new BodyOption<C>(true, true, new BodyHookBy<C>(handle));
}

/**
 * Registers a hook on the whole request body that only reads it. As `ProcessRequestBodyBy`, but `content-length` stays, and
 * the body cannot be changed.
 *
 * @example
 * ```ts
 * ReadRequestBodyBy<Config>((ctx, config, body, log) => {
 *   log.info("the request body has " + body.length.toString() + " bytes");
 *   return Action.Continue;
 * });
 * ```
 */
export function ReadRequestBodyBy<C>(handle: BodyFunction<C>): CtxOption<C> {
  return new BodyOption<C>(true, false, new BodyHookBy<C>(handle));
}

/**
 * Registers the hook that runs for each chunk of a request body as it arrives. The return value replaces the chunk: the
 * same chunk, another chunk, or an empty buffer. If a hook on the whole body is registered too, this hook is called
 * instead, unless the headers hook has called `ctx.bufferRequestBody()`.
 *
 * If trailers end the body, the last call gets an empty chunk, and its return value can no longer be sent.
 *
 * @example
 * ```ts
 * ProcessStreamingRequestBodyBy<Config>((ctx, config, chunk, isLast, log) => {
 *   log.debug(chunk.byteLength.toString());
 *   return chunk;
 * });
 * ```
 */
export function ProcessStreamingRequestBodyBy<C>(handle: ChunkFunction<C>): CtxOption<C> {
  return new ChunksOption<C>(true, true, new ChunkHookBy<C>(handle));
}

/**
 * Registers a hook that only reads the chunks of a request body as they arrive. As `ProcessStreamingRequestBodyBy`, but the
 * chunks pass unchanged, and `content-length` stays. A request has one hook on chunks: the later of the two options wins.
 *
 * @example
 * ```ts
 * ReadStreamingRequestBodyBy<Config>((ctx, config, chunk, isLast, log) => {
 *   const size = ctx.getOr<i32>("size", 0) + chunk.byteLength;
 *   ctx.set<i32>("size", size);
 *   if (isLast) log.info("the request body has " + size.toString() + " bytes");
 * });
 * ```
 */
export function ReadStreamingRequestBodyBy<C>(handle: ReadChunkFunction<C>): CtxOption<C> {
  return new ChunksOption<C>(true, false, new ReadChunkHookBy<C>(handle));
}

/**
 * Registers the hook that runs when a request ends with trailers, which are in `ctx.requestTrailers`.
 *
 * @example
 * ```ts
 * ProcessRequestTrailersBy<Config>((ctx, config, log) => {
 *   ctx.requestTrailers.delete("x-internal");
 *   return Action.Continue;
 * });
 * ```
 */
export function ProcessRequestTrailersBy<C>(handle: HeadersFunction<C>): CtxOption<C> {
  return new TrailersOption<C>(true, new HeadersHookBy<C>(handle));
}

/**
 * Registers the hook that runs when the whole body of a response has arrived; see `ProcessRequestBodyBy`. If the gateway
 * cannot hold headers, the client has received the status code and the headers before the hook runs: a local reply in this
 * hook then cuts the connection. Event streams (`text/event-stream`) pass without the hook, unless the headers hook has
 * called `ctx.bufferResponseBody()`.
 *
 * @example
 * ```ts
 * ProcessResponseBodyBy<Config>((ctx, config, body, log) => {
 *   if (body.encoding == "") body.replace<string>(body.text().replaceAll("http://", "https://"));
 *   return Action.Continue;
 * });
 * ```
 */
export function ProcessResponseBodyBy<C>(handle: BodyFunction<C>): CtxOption<C> {
  return new BodyOption<C>(false, true, new BodyHookBy<C>(handle));
}

/**
 * Registers a hook on the whole response body that only reads it. As `ProcessResponseBodyBy`, but the body cannot be
 * changed, and `content-length` stays if the gateway can hold headers.
 *
 * @example
 * ```ts
 * ReadResponseBodyBy<Config>((ctx, config, body, log) => {
 *   log.info("the response body has " + body.length.toString() + " bytes");
 *   return Action.Continue;
 * });
 * ```
 */
export function ReadResponseBodyBy<C>(handle: BodyFunction<C>): CtxOption<C> {
  return new BodyOption<C>(false, false, new BodyHookBy<C>(handle));
}

/**
 * Registers the hook that runs for each chunk of a response body as it arrives; see `ProcessStreamingRequestBodyBy`.
 *
 * @example
 * ```ts
 * ProcessStreamingResponseBodyBy<Config>((ctx, config, chunk, isLast, log) => {
 *   if (isLast) log.debug("the response body has ended");
 *   return chunk;
 * });
 * ```
 */
export function ProcessStreamingResponseBodyBy<C>(handle: ChunkFunction<C>): CtxOption<C> {
  return new ChunksOption<C>(false, true, new ChunkHookBy<C>(handle));
}

/**
 * Registers a hook that only reads the chunks of a response body as they arrive. As `ProcessStreamingResponseBodyBy`, but
 * the chunks pass unchanged, and `content-length` stays. In a plugin that names a function that pauses chunks or injects
 * bytes, the SDK removes `content-length`, because the response may end short; see docs/semantics.md, "What is sent".
 *
 * @example
 * ```ts
 * ReadStreamingResponseBodyBy<Config>((ctx, config, chunk, isLast, log) => {
 *   if (decodeText(chunk).includes("error")) log.warn("a response reports an error");
 * });
 * ```
 */
export function ReadStreamingResponseBodyBy<C>(handle: ReadChunkFunction<C>): CtxOption<C> {
  return new ChunksOption<C>(false, false, new ReadChunkHookBy<C>(handle));
}

/**
 * Registers the hook that runs when a response ends with trailers, which are in `ctx.responseTrailers`.
 *
 * @example
 * ```ts
 * ProcessResponseTrailersBy<Config>((ctx, config, log) => {
 *   log.info("gRPC status " + ctx.responseTrailers.getOr("grpc-status", "unknown"));
 *   return Action.Continue;
 * });
 * ```
 */
export function ProcessResponseTrailersBy<C>(handle: HeadersFunction<C>): CtxOption<C> {
  return new TrailersOption<C>(false, new HeadersHookBy<C>(handle));
}

/**
 * Registers the hook that runs once at the end of each stream, also if the stream was aborted. The hook can read headers,
 * but not write them.
 *
 * @example
 * ```ts
 * ProcessStreamDoneBy<Config>((ctx, config, log) => {
 *   log.info(ctx.method + " " + ctx.path + ": " + ctx.responseHeaders.getOr(":status", "no response"));
 * });
 * ```
 */
export function ProcessStreamDoneBy<C>(handle: (ctx: HttpContext, config: C, log: Log) => void): CtxOption<C> {
  return new StreamDoneOption<C>(new StreamDoneHookBy<C>(handle));
}
