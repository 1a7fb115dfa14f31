import { Handlers, MessageHooks } from "./handlers";
import { BodyHook, ChunkHook, HeadersHook, StreamDoneHook } from "./hooks";

/**
 * An option for `SetCtx`: the result of `ParseConfigBy`, `ProcessRequestHeadersBy` and so on. If two options register the
 * same hook, the later option wins.
 *
 * @example
 * ```ts
 * const options: CtxOption<Config>[] = [
 *   ParseConfigBy<Config>(parseConfig),
 *   ProcessRequestHeadersBy<Config>(onRequestHeaders),
 * ];
 * ```
 */
export abstract class CtxOption<C> {
  /** Called by `SetCtx`. */
  abstract apply(handlers: Handlers<C>): void;
}

export class HeadersOption<C> extends CtxOption<C> {
  constructor(
    private ofRequest: bool,
    private hook: HeadersHook<C>,
  ) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    message<C>(handlers, this.ofRequest).headers = this.hook;
  }
}

export class BodyOption<C> extends CtxOption<C> {
  constructor(
    private ofRequest: bool,
    private writes: bool,
    private hook: BodyHook<C>,
  ) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    const hooks = message<C>(handlers, this.ofRequest);
    hooks.body = this.hook;
    hooks.writesBody = this.writes;
  }
}

export class ChunksOption<C> extends CtxOption<C> {
  constructor(
    private ofRequest: bool,
    private writes: bool,
    private hook: ChunkHook<C>,
  ) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    const hooks = message<C>(handlers, this.ofRequest);
    hooks.chunks = this.hook;
    hooks.writesChunks = this.writes;
  }
}

export class TrailersOption<C> extends CtxOption<C> {
  constructor(
    private ofRequest: bool,
    private hook: HeadersHook<C>,
  ) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    message<C>(handlers, this.ofRequest).trailers = this.hook;
  }
}

export class StreamDoneOption<C> extends CtxOption<C> {
  constructor(private hook: StreamDoneHook<C>) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    handlers.streamDone = this.hook;
  }
}

function message<C>(handlers: Handlers<C>, ofRequest: bool): MessageHooks<C> {
  return ofRequest ? handlers.request : handlers.response;
}
