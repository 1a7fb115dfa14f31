import { Action } from "./action";
import { Body } from "./body";
import { BodyHook, ChunkHook, HeadersHook, StreamDoneHook } from "./hooks";
import { HttpContext } from "./http-context";
import { Log } from "./log";
import { BodyOption, ChunksOption, CtxOption, HeadersOption, StreamDoneOption, TrailersOption } from "./option";

// Go's newer spelling: the names without `By`, whose callbacks take no log.

/** A callback on headers or trailers. */
export type PlainHeadersCallback<C> = (ctx: HttpContext, config: C) => Action;

/** A callback on a whole body. */
export type PlainBodyCallback<C> = (ctx: HttpContext, config: C, body: Body) => Action;

/** A callback on a piece of a body; what it returns goes on in its place. */
export type PlainChunkCallback<C> = (ctx: HttpContext, config: C, chunk: ArrayBuffer, isLast: bool) => ArrayBuffer;

/** A callback at the end of a stream. */
export type PlainStreamDoneCallback<C> = (ctx: HttpContext, config: C) => void;

class PlainHeadersHook<C> extends HeadersHook<C> {
  constructor(private handle: PlainHeadersCallback<C>) {
    super();
  }
  run(ctx: HttpContext, config: C, log: Log): Action {
    return this.handle(ctx, config);
  }
}

class PlainBodyHook<C> extends BodyHook<C> {
  constructor(private handle: PlainBodyCallback<C>) {
    super();
  }
  run(ctx: HttpContext, config: C, body: Body, log: Log): Action {
    return this.handle(ctx, config, body);
  }
}

class PlainChunkHook<C> extends ChunkHook<C> {
  constructor(private handle: PlainChunkCallback<C>) {
    super();
  }
  run(ctx: HttpContext, config: C, chunk: ArrayBuffer, isLast: bool, log: Log): ArrayBuffer {
    return this.handle(ctx, config, chunk, isLast);
  }
}

class PlainStreamDoneHook<C> extends StreamDoneHook<C> {
  constructor(private handle: PlainStreamDoneCallback<C>) {
    super();
  }
  run(ctx: HttpContext, config: C, log: Log): void {
    this.handle(ctx, config);
  }
}

/**
 * As `ProcessRequestHeadersBy`, for a callback without a log.
 *
 * @example
 * ```ts
 * ProcessRequestHeaders<Config>((ctx, config) => {
 *   ctx.requestHeaders.set("x-tenant", config.tenant);
 *   return Action.Continue;
 * });
 * ```
 */
export function ProcessRequestHeaders<C>(handle: PlainHeadersCallback<C>): CtxOption<C> {
  return new HeadersOption<C>(true, new PlainHeadersHook<C>(handle));
}

/** As `ProcessResponseHeadersBy`, for a callback without a log. */
export function ProcessResponseHeaders<C>(handle: PlainHeadersCallback<C>): CtxOption<C> {
  return new HeadersOption<C>(false, new PlainHeadersHook<C>(handle));
}

/** As `ProcessRequestBodyBy`, for a callback without a log. */
export function ProcessRequestBody<C>(handle: PlainBodyCallback<C>): CtxOption<C> {
  return new BodyOption<C>(true, true, new PlainBodyHook<C>(handle));
}

/** As `ReadRequestBodyBy`, for a callback without a log. */
export function ReadRequestBody<C>(handle: PlainBodyCallback<C>): CtxOption<C> {
  return new BodyOption<C>(true, false, new PlainBodyHook<C>(handle));
}

/** As `ProcessStreamingRequestBodyBy`, for a callback without a log. */
export function ProcessStreamingRequestBody<C>(handle: PlainChunkCallback<C>): CtxOption<C> {
  return new ChunksOption<C>(true, new PlainChunkHook<C>(handle));
}

/** As `ProcessRequestTrailersBy`, for a callback without a log. */
export function ProcessRequestTrailers<C>(handle: PlainHeadersCallback<C>): CtxOption<C> {
  return new TrailersOption<C>(true, new PlainHeadersHook<C>(handle));
}

/** As `ProcessResponseBodyBy`, for a callback without a log. */
export function ProcessResponseBody<C>(handle: PlainBodyCallback<C>): CtxOption<C> {
  return new BodyOption<C>(false, true, new PlainBodyHook<C>(handle));
}

/** As `ReadResponseBodyBy`, for a callback without a log. */
export function ReadResponseBody<C>(handle: PlainBodyCallback<C>): CtxOption<C> {
  return new BodyOption<C>(false, false, new PlainBodyHook<C>(handle));
}

/** As `ProcessStreamingResponseBodyBy`, for a callback without a log. */
export function ProcessStreamingResponseBody<C>(handle: PlainChunkCallback<C>): CtxOption<C> {
  return new ChunksOption<C>(false, new PlainChunkHook<C>(handle));
}

/** As `ProcessResponseTrailersBy`, for a callback without a log. */
export function ProcessResponseTrailers<C>(handle: PlainHeadersCallback<C>): CtxOption<C> {
  return new TrailersOption<C>(false, new PlainHeadersHook<C>(handle));
}

/** As `ProcessStreamDoneBy`, for a callback without a log. */
export function ProcessStreamDone<C>(handle: PlainStreamDoneCallback<C>): CtxOption<C> {
  return new StreamDoneOption<C>(new PlainStreamDoneHook<C>(handle));
}
