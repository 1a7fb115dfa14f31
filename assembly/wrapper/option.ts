import { Handlers, MessageHooks } from "./handlers";
import { BodyHook, ChunkHook, HeadersHook, StreamDoneHook } from "./hooks";

/** What `SetCtx` takes: made by `ParseConfigBy`, `ProcessRequestHeadersBy` and so on. Of two for the same hook the later one counts. */
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
    private hook: ChunkHook<C>,
  ) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    message<C>(handlers, this.ofRequest).chunks = this.hook;
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
