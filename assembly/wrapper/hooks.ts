import { Action } from "./action";
import { Body } from "./body";
import { HttpContext } from "./http-context";
import { Log } from "./log";

// A hook as it is kept: asc has no closures, so an object stands between a callback that takes a log and one that does not.

/** A hook on headers or trailers. */
export abstract class HeadersHook<C> {
  abstract run(ctx: HttpContext, config: C, log: Log): Action;
}

/** A hook on a whole body. */
export abstract class BodyHook<C> {
  abstract run(ctx: HttpContext, config: C, body: Body, log: Log): Action;
}

/** A hook on a piece of a body; what it returns goes on in its place. */
export abstract class ChunkHook<C> {
  abstract run(ctx: HttpContext, config: C, chunk: ArrayBuffer, isLast: bool, log: Log): ArrayBuffer;
}

/** A hook at the end of a stream. */
export abstract class StreamDoneHook<C> {
  abstract run(ctx: HttpContext, config: C, log: Log): void;
}
