import { Json } from "../json";
import { Action } from "./action";
import { Handlers, HeadersHook, ParseConfig, StreamDoneHook } from "./handlers";
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

class RequestHeadersOption<C> extends CtxOption<C> {
  constructor(private handle: HeadersHook<C>) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    handlers.requestHeaders = this.handle;
  }
}

class ResponseHeadersOption<C> extends CtxOption<C> {
  constructor(private handle: HeadersHook<C>) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    handlers.responseHeaders = this.handle;
  }
}

class StreamDoneOption<C> extends CtxOption<C> {
  constructor(private handle: StreamDoneHook<C>) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    handlers.streamDone = this.handle;
  }
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
  return new RequestHeadersOption<C>(handle);
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
  return new ResponseHeadersOption<C>(handle);
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
