import { Action } from "./action";
import { Body } from "./body";
import { Handlers } from "./handlers";
import { BodyHook, ChunkHook, HeadersHook, StreamDoneHook } from "./hooks";
import { HttpContext } from "./http-context";
import { Log } from "./log";
import { RuleBackups } from "./rules/rule-backups";
import { BodyOption, ChunksOption, CtxOption, HeadersOption, StreamDoneOption, TrailersOption } from "./option";

/** A callback on headers or trailers. */
export type HeadersCallback<C> = (ctx: HttpContext, config: C, log: Log) => Action;

/** A callback on a whole body. */
export type BodyCallback<C> = (ctx: HttpContext, config: C, body: Body, log: Log) => Action;

/** A callback on a piece of a body; what it returns goes on in its place. */
export type ChunkCallback<C> = (ctx: HttpContext, config: C, chunk: ArrayBuffer, isLast: bool, log: Log) => ArrayBuffer;

/** A callback at the end of a stream. */
export type StreamDoneCallback<C> = (ctx: HttpContext, config: C, log: Log) => void;

class HeadersHookBy<C> extends HeadersHook<C> {
  constructor(private handle: HeadersCallback<C>) {
    super();
  }
  run(ctx: HttpContext, config: C, log: Log): Action {
    return this.handle(ctx, config, log);
  }
}

class BodyHookBy<C> extends BodyHook<C> {
  constructor(private handle: BodyCallback<C>) {
    super();
  }
  run(ctx: HttpContext, config: C, body: Body, log: Log): Action {
    return this.handle(ctx, config, body, log);
  }
}

class ChunkHookBy<C> extends ChunkHook<C> {
  constructor(private handle: ChunkCallback<C>) {
    super();
  }
  run(ctx: HttpContext, config: C, chunk: ArrayBuffer, isLast: bool, log: Log): ArrayBuffer {
    return this.handle(ctx, config, chunk, isLast, log);
  }
}

class StreamDoneHookBy<C> extends StreamDoneHook<C> {
  constructor(private handle: StreamDoneCallback<C>) {
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
 * Says that a request goes on when the plugin fails to decide on it: when an answer that it makes is refused, for instance
 * for a status that its configuration has wrong, or when it cannot be told which rule the request has. Without this option
 * such a request gets a plain 500: a plugin that guards something must not let pass what it meant to stop.
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
 * Lets gRPC messages without a `content-length` pass hooks on whole bodies unread, so that calls can stream in both
 * directions. Without this option the hooks gather such a body, and a stream waits until its sender has ended it.
 *
 * A client chooses its content type. With this option a client can bypass the hook on request bodies by sending
 * `content-type: application/grpc`: a plugin that guards something refuses that type in its hook on headers, on routes
 * that are not gRPC.
 *
 * @example
 * ```ts
 * SetCtx<Config>("audit", [PassGrpcStreams<Config>(), ProcessRequestBodyBy<Config>(onRequestBody)]);
 * ```
 */
export function PassGrpcStreams<C>(): CtxOption<C> {
  return new PassGrpcStreamsOption<C>();
}

class IsolationOption<C> extends CtxOption<C> {
  apply(handlers: Handlers<C>): void {
    handlers.isolation = new RuleBackups();
  }
}

/**
 * Says that a rule whose parser fails does not refuse the whole configuration. It stays as it was in the configuration
 * before, if that had a rule which asks for the same routes, domains and services; this is read again, over the new global
 * configuration. Else it is left out: its requests get the next rule that fits or the global configuration, or pass without
 * the plugin. So this is not for a plugin that guards something. The log says which and why.
 *
 * A configuration is refused all the same if one of its rules asks for nothing (no `_match_…`), and if none of them is left.
 * What was before is known where it was read: not to a worker that starts later, and not where Envoy tries an update before
 * it hands it out, so an update that has nothing but wrong rules is refused there.
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
 * Registers the hook that runs when the headers of a request have come.
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
 * Registers the hook that runs when the headers of a response have come, from the upstream or from the gateway itself
 * (see `HttpContext.isLocalReply`).
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
 * Registers the hook that runs when the body of a request has come as a whole, to change it or to decide on it. No byte of
 * the body passes before the hook has decided, whatever filters stand around the plugin (docs/semantics.md says how, and
 * which order of filters a `Pause` needs). The hook is not called for a request without a body, for upgrades and CONNECT,
 * nor for gRPC streams with `PassGrpcStreams()`. A body larger than the limit gets a local reply of 413, see
 * `ctx.setRequestBodyBufferLimit`.
 *
 * If the gateway cannot hold headers, the headers have left before the hook runs (see `Action.HoldHeaders`).
 * `content-length` is taken from the headers, since the body may get another length.
 *
 * @example
 * ```ts
 * ProcessRequestBodyBy<Config>((ctx, config, body, log) => {
 *   if (body.text().includes("secret")) ctx.sendResponse(403, [], "no");
 *   return Action.Continue;
 * });
 * ```
 */
export function ProcessRequestBodyBy<C>(handle: BodyCallback<C>): CtxOption<C> {
  return new BodyOption<C>(true, true, new BodyHookBy<C>(handle));
}

/** As `ProcessRequestBodyBy`, for a hook that only reads: `content-length` stays, and the body cannot be written. */
export function ReadRequestBodyBy<C>(handle: BodyCallback<C>): CtxOption<C> {
  return new BodyOption<C>(true, false, new BodyHookBy<C>(handle));
}

/**
 * Registers the hook that runs for each piece of a request's body as it comes. What it returns goes on in its place: the
 * piece itself, another one, or an empty one. It is called in the place of `ProcessRequestBodyBy`'s hook, unless the hook on
 * headers has called `ctx.bufferRequestBody()`.
 *
 * When trailers end the body, the last call has an empty piece, and what it returns for that cannot be sent any more.
 *
 * @example
 * ```ts
 * ProcessStreamingRequestBodyBy<Config>((ctx, config, chunk, isLast, log) => {
 *   log.debug(chunk.byteLength.toString());
 *   return chunk;
 * });
 * ```
 */
export function ProcessStreamingRequestBodyBy<C>(handle: ChunkCallback<C>): CtxOption<C> {
  return new ChunksOption<C>(true, new ChunkHookBy<C>(handle));
}

/** Registers the hook that runs when a request ends with trailers, which are in `ctx.requestTrailers`. */
export function ProcessRequestTrailersBy<C>(handle: HeadersCallback<C>): CtxOption<C> {
  return new TrailersOption<C>(true, new HeadersHookBy<C>(handle));
}

/**
 * Registers the hook that runs when the body of a response has come as a whole; else as `ProcessRequestBodyBy`. Where the
 * gateway cannot hold headers, the status and the headers have reached the client by then: a local reply in this hook cuts
 * the connection. Event streams (`text/event-stream`) pass without the hook unless `ctx.bufferResponseBody()` gathers them.
 */
export function ProcessResponseBodyBy<C>(handle: BodyCallback<C>): CtxOption<C> {
  return new BodyOption<C>(false, true, new BodyHookBy<C>(handle));
}

/** As `ProcessResponseBodyBy`, for a hook that only reads: `content-length` stays, and the body cannot be written. */
export function ReadResponseBodyBy<C>(handle: BodyCallback<C>): CtxOption<C> {
  return new BodyOption<C>(false, false, new BodyHookBy<C>(handle));
}

/** Registers the hook that runs for each piece of a response's body; else as `ProcessStreamingRequestBodyBy`. */
export function ProcessStreamingResponseBodyBy<C>(handle: ChunkCallback<C>): CtxOption<C> {
  return new ChunksOption<C>(false, new ChunkHookBy<C>(handle));
}

/** Registers the hook that runs when a response ends with trailers, which are in `ctx.responseTrailers`. */
export function ProcessResponseTrailersBy<C>(handle: HeadersCallback<C>): CtxOption<C> {
  return new TrailersOption<C>(false, new HeadersHookBy<C>(handle));
}

/**
 * Registers the hook that runs once at the end of each stream, however it ended. Headers can be read in it, not written.
 *
 * @example
 * ```ts
 * ProcessStreamDoneBy<Config>((ctx, config, log) => log.info(ctx.method + " " + ctx.path + " is over"));
 * ```
 */
export function ProcessStreamDoneBy<C>(handle: (ctx: HttpContext, config: C, log: Log) => void): CtxOption<C> {
  return new StreamDoneOption<C>(new StreamDoneHookBy<C>(handle));
}
