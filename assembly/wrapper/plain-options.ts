import { Action } from "./action";
import { Body } from "./body";
import { BodyHook, ChunkHook, HeadersHook, StreamDoneHook } from "./hooks";
import { HttpContext } from "./http-context";
import { Log } from "./log";
import { BodyOption, ChunksOption, CtxOption, HeadersOption, StreamDoneOption, TrailersOption } from "./option";

// The newer names of Higress's Go wrapper, without `By`. Their functions get no log.

/** The function of a hook on headers or trailers. */
export type PlainHeadersFunction<C> = (ctx: HttpContext, config: C) => Action;

/** The function of a hook on a whole body. */
export type PlainBodyFunction<C> = (ctx: HttpContext, config: C, body: Body) => Action;

/** The function of a hook on chunks of a body. Its return value replaces the chunk. */
export type PlainChunkFunction<C> = (ctx: HttpContext, config: C, chunk: ArrayBuffer, isLast: bool) => ArrayBuffer;

/** The function of a hook that reads the chunks of a body. */
export type PlainReadChunkFunction<C> = (ctx: HttpContext, config: C, chunk: ArrayBuffer, isLast: bool) => void;

/** The function of a hook at the end of a stream. */
export type PlainStreamDoneFunction<C> = (ctx: HttpContext, config: C) => void;

class PlainHeadersHook<C> extends HeadersHook<C> {
  constructor(private handle: PlainHeadersFunction<C>) {
    super();
  }
  run(ctx: HttpContext, config: C, log: Log): Action {
    return this.handle(ctx, config);
  }
}

class PlainBodyHook<C> extends BodyHook<C> {
  constructor(private handle: PlainBodyFunction<C>) {
    super();
  }
  run(ctx: HttpContext, config: C, body: Body, log: Log): Action {
    return this.handle(ctx, config, body);
  }
}

class PlainChunkHook<C> extends ChunkHook<C> {
  constructor(private handle: PlainChunkFunction<C>) {
    super();
  }
  run(ctx: HttpContext, config: C, chunk: ArrayBuffer, isLast: bool, log: Log): ArrayBuffer {
    return this.handle(ctx, config, chunk, isLast);
  }
}

class PlainReadChunkHook<C> extends ChunkHook<C> {
  constructor(private handle: PlainReadChunkFunction<C>) {
    super();
  }
  run(ctx: HttpContext, config: C, chunk: ArrayBuffer, isLast: bool, log: Log): ArrayBuffer {
    this.handle(ctx, config, chunk, isLast);
    return chunk;
  }
}

class PlainStreamDoneHook<C> extends StreamDoneHook<C> {
  constructor(private handle: PlainStreamDoneFunction<C>) {
    super();
  }
  run(ctx: HttpContext, config: C, log: Log): void {
    this.handle(ctx, config);
  }
}

/**
 * As `ProcessRequestHeadersBy`, for a function without a log.
 *
 * @example
 * ```ts
 * ProcessRequestHeaders<Config>((ctx, config) => {
 *   ctx.requestHeaders.set("x-tenant", config.tenant);
 *   return Action.Continue;
 * });
 * ```
 */
export function ProcessRequestHeaders<C>(handle: PlainHeadersFunction<C>): CtxOption<C> {
  return new HeadersOption<C>(true, new PlainHeadersHook<C>(handle));
}

/**
 * As `ProcessResponseHeadersBy`, for a function without a log.
 *
 * @example
 * ```ts
 * ProcessResponseHeaders<Config>((ctx, config) => {
 *   ctx.responseHeaders.delete("server");
 *   return Action.Continue;
 * });
 * ```
 */
export function ProcessResponseHeaders<C>(handle: PlainHeadersFunction<C>): CtxOption<C> {
  return new HeadersOption<C>(false, new PlainHeadersHook<C>(handle));
}

/**
 * As `ProcessRequestBodyBy`, for a function without a log.
 *
 * @example
 * ```ts
 * ProcessRequestBody<Config>((ctx, config, body) => {
 *   if (body.length == 0) ctx.sendResponse(400, [], "the body is empty");
 *   return Action.Continue;
 * });
 * ```
 */
export function ProcessRequestBody<C>(handle: PlainBodyFunction<C>): CtxOption<C> {
  return new BodyOption<C>(true, true, new PlainBodyHook<C>(handle));
}

/**
 * As `ReadRequestBodyBy`, for a function without a log.
 *
 * @example
 * ```ts
 * ReadRequestBody<Config>((ctx, config, body) => {
 *   if (!body.text().startsWith("{")) ctx.sendResponse(400, [], "expected a JSON object");
 *   return Action.Continue;
 * });
 * ```
 */
export function ReadRequestBody<C>(handle: PlainBodyFunction<C>): CtxOption<C> {
  return new BodyOption<C>(true, false, new PlainBodyHook<C>(handle));
}

/**
 * As `ProcessStreamingRequestBodyBy`, for a function without a log.
 *
 * @example
 * ```ts
 * ProcessStreamingRequestBody<Config>((ctx, config, chunk, isLast) => {
 *   ctx.set<i32>("bytes", ctx.getOr<i32>("bytes", 0) + chunk.byteLength);
 *   return chunk;
 * });
 * ```
 */
export function ProcessStreamingRequestBody<C>(handle: PlainChunkFunction<C>): CtxOption<C> {
  return new ChunksOption<C>(true, true, new PlainChunkHook<C>(handle));
}

/**
 * As `ReadStreamingRequestBodyBy`, for a function without a log.
 *
 * @example
 * ```ts
 * ReadStreamingRequestBody<Config>((ctx, config, chunk, isLast) => {
 *   ctx.set<i32>("bytes", ctx.getOr<i32>("bytes", 0) + chunk.byteLength);
 * });
 * ```
 */
export function ReadStreamingRequestBody<C>(handle: PlainReadChunkFunction<C>): CtxOption<C> {
  return new ChunksOption<C>(true, false, new PlainReadChunkHook<C>(handle));
}

/**
 * As `ProcessRequestTrailersBy`, for a function without a log.
 *
 * @example
 * ```ts
 * ProcessRequestTrailers<Config>((ctx, config) => {
 *   ctx.requestTrailers.set("x-tenant", config.tenant);
 *   return Action.Continue;
 * });
 * ```
 */
export function ProcessRequestTrailers<C>(handle: PlainHeadersFunction<C>): CtxOption<C> {
  return new TrailersOption<C>(true, new PlainHeadersHook<C>(handle));
}

/**
 * As `ProcessResponseBodyBy`, for a function without a log.
 *
 * @example
 * ```ts
 * ProcessResponseBody<Config>((ctx, config, body) => {
 *   body.append<string>("\n");
 *   return Action.Continue;
 * });
 * ```
 */
export function ProcessResponseBody<C>(handle: PlainBodyFunction<C>): CtxOption<C> {
  return new BodyOption<C>(false, true, new PlainBodyHook<C>(handle));
}

/**
 * As `ReadResponseBodyBy`, for a function without a log.
 *
 * @example
 * ```ts
 * ReadResponseBody<Config>((ctx, config, body) => {
 *   ctx.set<i32>("bytes", body.length);
 *   return Action.Continue;
 * });
 * ```
 */
export function ReadResponseBody<C>(handle: PlainBodyFunction<C>): CtxOption<C> {
  return new BodyOption<C>(false, false, new PlainBodyHook<C>(handle));
}

/**
 * As `ProcessStreamingResponseBodyBy`, for a function without a log.
 *
 * @example
 * ```ts
 * ProcessStreamingResponseBody<Config>((ctx, config, chunk, isLast) => {
 *   return encodeText(decodeText(chunk).replaceAll("\r\n", "\n"));
 * });
 * ```
 */
export function ProcessStreamingResponseBody<C>(handle: PlainChunkFunction<C>): CtxOption<C> {
  return new ChunksOption<C>(false, true, new PlainChunkHook<C>(handle));
}

/**
 * As `ReadStreamingResponseBodyBy`, for a function without a log.
 *
 * @example
 * ```ts
 * ReadStreamingResponseBody<Config>((ctx, config, chunk, isLast) => {
 *   if (isLast) ctx.writeUserAttributeToLog();
 * });
 * ```
 */
export function ReadStreamingResponseBody<C>(handle: PlainReadChunkFunction<C>): CtxOption<C> {
  return new ChunksOption<C>(false, false, new PlainReadChunkHook<C>(handle));
}

/**
 * As `ProcessResponseTrailersBy`, for a function without a log.
 *
 * @example
 * ```ts
 * ProcessResponseTrailers<Config>((ctx, config) => {
 *   ctx.responseTrailers.append("x-tenant", config.tenant);
 *   return Action.Continue;
 * });
 * ```
 */
export function ProcessResponseTrailers<C>(handle: PlainHeadersFunction<C>): CtxOption<C> {
  return new TrailersOption<C>(false, new PlainHeadersHook<C>(handle));
}

/**
 * As `ProcessStreamDoneBy`, for a function without a log.
 *
 * @example
 * ```ts
 * ProcessStreamDone<Config>((ctx, config) => {
 *   const status = ctx.responseHeaders.getOr(":status", "none");
 *   setSharedData("my-plugin/last-status", encodeText(status));
 * });
 * ```
 */
export function ProcessStreamDone<C>(handle: PlainStreamDoneFunction<C>): CtxOption<C> {
  return new StreamDoneOption<C>(new PlainStreamDoneHook<C>(handle));
}
