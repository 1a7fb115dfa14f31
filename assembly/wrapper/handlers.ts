import { Json } from "../json";
import { Action } from "./action";
import { Body } from "./body";
import { HttpContext } from "./http-context";
import { Log } from "./log";

/** Reads a configuration. */
export type ParseConfig<C> = (json: Json, config: C, log: Log) => Error | null;

/** A hook on the headers of a request or of a response. */
export type HeadersHook<C> = (ctx: HttpContext, config: C, log: Log) => Action;

/** A hook on a whole body. */
export type BodyHook<C> = (ctx: HttpContext, config: C, body: Body, log: Log) => Action;

/** A hook on a piece of a body; what it returns goes on in its place. */
export type ChunkHook<C> = (ctx: HttpContext, config: C, chunk: ArrayBuffer, isLast: bool, log: Log) => ArrayBuffer;

/** A hook at the end of a stream. */
export type StreamDoneHook<C> = (ctx: HttpContext, config: C, log: Log) => void;

/** The hooks on one message, a request or a response. */
export class MessageHooks<C> {
  headers: HeadersHook<C> | null = null;
  body: BodyHook<C> | null = null;
  /** The body hook may write the body. */
  writesBody: bool = false;
  chunks: ChunkHook<C> | null = null;
  trailers: HeadersHook<C> | null = null;

  /** Whether there is one on the body. */
  get onBody(): bool {
    return this.body !== null || this.chunks !== null;
  }
}

/** What a plugin registered: its name, and a callback per hook. */
export class Handlers<C> {
  parseConfig: ParseConfig<C> | null = null;
  readonly request: MessageHooks<C> = new MessageHooks<C>();
  readonly response: MessageHooks<C> = new MessageHooks<C>();
  streamDone: StreamDoneHook<C> | null = null;
  /** What happens to a request that the plugin failed to decide on: it goes on. */
  failOpen: bool = false;

  constructor(readonly name: string) {}

  /** Whether some hook runs after the request headers are gone. */
  get afterRequestHeaders(): bool {
    const request = this.request;
    const response = this.response;
    return (
      this.streamDone !== null ||
      request.onBody ||
      request.trailers !== null ||
      response.headers !== null ||
      response.onBody ||
      response.trailers !== null
    );
  }
}
