import { Json } from "../json";
import { Action } from "./action";
import { HttpContext } from "./http-context";
import { Log } from "./log";

/** Reads a configuration. */
export type ParseConfig<C> = (json: Json, config: C, log: Log) => Error | null;

/** A hook on the headers of a request or of a response. */
export type HeadersHook<C> = (ctx: HttpContext, config: C, log: Log) => Action;

/** A hook at the end of a stream. */
export type StreamDoneHook<C> = (ctx: HttpContext, config: C, log: Log) => void;

/** What a plugin registered: its name, and a callback per hook. */
export class Handlers<C> {
  parseConfig: ParseConfig<C> | null = null;
  requestHeaders: HeadersHook<C> | null = null;
  responseHeaders: HeadersHook<C> | null = null;
  streamDone: StreamDoneHook<C> | null = null;

  constructor(readonly name: string) {}

  /** Whether some hook runs after the request headers are gone. */
  get afterRequestHeaders(): bool {
    return this.responseHeaders !== null || this.streamDone !== null;
  }
}
