import { Action } from "./action";
import { Body } from "./body";
import { HttpContext } from "./http-context";
import { Log } from "./log";
import { PluginContext } from "./plugin-context";

// Hooks as objects. They give functions with and without a log parameter one type; asc has no closures for that.

/** A hook on headers or trailers. */
export abstract class HeadersHook<C> {
  abstract run(ctx: HttpContext, config: C, log: Log): Action;
}

/** A hook on a whole body. */
export abstract class BodyHook<C> {
  abstract run(ctx: HttpContext, config: C, body: Body, log: Log): Action;
}

/** A hook on a chunk of a body. Its return value replaces the chunk. */
export abstract class ChunkHook<C> {
  abstract run(ctx: HttpContext, config: C, chunk: ArrayBuffer, isLast: bool, log: Log): ArrayBuffer;
}

/** A hook at the end of a stream. */
export abstract class StreamDoneHook<C> {
  abstract run(ctx: HttpContext, config: C, log: Log): void;
}

/** A hook on the items of a shared queue. */
export abstract class QueueHook<C> {
  /** The queue, once it is registered. */
  id: u32 = 0;

  constructor(readonly name: string) {}

  abstract run(ctx: PluginContext, config: C, item: ArrayBuffer, log: Log): void;
}
