import { Json } from "../json";
import { Action } from "./action";
import { BodyHook, ChunkHook, Handlers, HeadersHook, MessageHooks, ParseConfig, StreamDoneHook } from "./handlers";
import { HttpContext } from "./http-context";
import { Log } from "./log";

/** What `SetCtx` takes: made by the functions below. Of two for the same hook the later one counts. */
export abstract class CtxOption<C> {
  /** Called by `SetCtx`. */
  abstract apply(handlers: Handlers<C>): void;
}

class ParseConfigOption<C> extends CtxOption<C> {
  constructor(private parse: ParseConfig<C>) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    handlers.parseConfig = this.parse;
  }
}

class HeadersOption<C> extends CtxOption<C> {
  constructor(
    private ofRequest: bool,
    private handle: HeadersHook<C>,
  ) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    message<C>(handlers, this.ofRequest).headers = this.handle;
  }
}

class BodyOption<C> extends CtxOption<C> {
  constructor(
    private ofRequest: bool,
    private writes: bool,
    private handle: BodyHook<C>,
  ) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    const hooks = message<C>(handlers, this.ofRequest);
    hooks.body = this.handle;
    hooks.writesBody = this.writes;
  }
}

class ChunksOption<C> extends CtxOption<C> {
  constructor(
    private ofRequest: bool,
    private handle: ChunkHook<C>,
  ) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    message<C>(handlers, this.ofRequest).chunks = this.handle;
  }
}

class TrailersOption<C> extends CtxOption<C> {
  constructor(
    private ofRequest: bool,
    private handle: HeadersHook<C>,
  ) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    message<C>(handlers, this.ofRequest).trailers = this.handle;
  }
}

function message<C>(handlers: Handlers<C>, ofRequest: bool): MessageHooks<C> {
  return ofRequest ? handlers.request : handlers.response;
}

class StreamDoneOption<C> extends CtxOption<C> {
  constructor(private handle: StreamDoneHook<C>) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    handlers.streamDone = this.handle;
  }
}

class FailOpenOption<C> extends CtxOption<C> {
  apply(handlers: Handlers<C>): void {
    handlers.failOpen = true;
  }
}

/**
 * Says that a request goes on when the plugin fails to decide on it: when an answer that it makes is refused, for instance
 * for a status that its configuration has wrong. Without this option such a request gets a plain 500: a plugin that guards
 * something must not let pass what it meant to stop.
 *
 * @example
 * ```ts
 * SetCtx<Config>("add-headers", [FailOpen<Config>(), ProcessRequestHeadersBy<Config>(onRequestHeaders)]);
 * ```
 */
export function FailOpen<C>(): CtxOption<C> {
  return new FailOpenOption<C>();
}

/**
 * Registers how the plugin reads its configuration.
 *
 * @param parse gets the configuration as JSON (which does not exist if the configuration is empty) and a new `C`, whose
 * fields have their initial values. What it returns: null, or why the configuration is refused; the gateway then goes on
 * with the one that it had.
 *
 * @example
 * ```ts
 * ParseConfigBy<Limits>((json, config, log) => {
 *   const fields = json.fields();
 *   config.burst = fields.i32("burst", 10, 1, 1000);
 *   return fields.error;
 * });
 * ```
 */
export function ParseConfigBy<C>(parse: (json: Json, config: C, log: Log) => Error | null): CtxOption<C> {
  return new ParseConfigOption<C>(parse);
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
  return new HeadersOption<C>(true, handle);
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
  return new HeadersOption<C>(false, handle);
}

/**
 * Registers the hook that runs when the body of a request has come as a whole, to change it or to decide on it. It is not
 * called for a request without a body, for upgrades and CONNECT, and for `application/grpc` without a `content-length`, whose
 * body may never end: a plugin that must see every body calls `ctx.bufferRequestBody()` in its headers hook. A body larger
 * than the gateway's buffer (1 MiB by default) is answered with 413.
 *
 * The headers go on before: what must wait for the body belongs into the upstream's hands, or see `Action.HoldHeaders`.
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
export function ProcessRequestBodyBy<C>(handle: BodyHook<C>): CtxOption<C> {
  return new BodyOption<C>(true, true, handle);
}

/** As `ProcessRequestBodyBy`, for a hook that only reads: `content-length` stays, and the body cannot be written. */
export function ReadRequestBodyBy<C>(handle: BodyHook<C>): CtxOption<C> {
  return new BodyOption<C>(true, false, handle);
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
export function ProcessStreamingRequestBodyBy<C>(handle: ChunkHook<C>): CtxOption<C> {
  return new ChunksOption<C>(true, handle);
}

/** Registers the hook that runs when a request ends with trailers, which are in `ctx.requestTrailers`. */
export function ProcessRequestTrailersBy<C>(handle: HeadersHook<C>): CtxOption<C> {
  return new TrailersOption<C>(true, handle);
}

/**
 * Registers the hook that runs when the body of a response has come as a whole; else as `ProcessRequestBodyBy`. The
 * status and the headers have reached the client by then: an answer in this hook cuts the connection.
 */
export function ProcessResponseBodyBy<C>(handle: BodyHook<C>): CtxOption<C> {
  return new BodyOption<C>(false, true, handle);
}

/** As `ProcessResponseBodyBy`, for a hook that only reads: `content-length` stays, and the body cannot be written. */
export function ReadResponseBodyBy<C>(handle: BodyHook<C>): CtxOption<C> {
  return new BodyOption<C>(false, false, handle);
}

/** Registers the hook that runs for each piece of a response's body; else as `ProcessStreamingRequestBodyBy`. */
export function ProcessStreamingResponseBodyBy<C>(handle: ChunkHook<C>): CtxOption<C> {
  return new ChunksOption<C>(false, handle);
}

/** Registers the hook that runs when a response ends with trailers, which are in `ctx.responseTrailers`. */
export function ProcessResponseTrailersBy<C>(handle: HeadersHook<C>): CtxOption<C> {
  return new TrailersOption<C>(false, handle);
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
  return new StreamDoneOption<C>(handle);
}
