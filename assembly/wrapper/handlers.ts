import { ConfigParser, RuleParser } from "./config-parser";
import { RuleIsolation } from "./rules/isolation";
import { BodyHook, ChunkHook, HeadersHook, StreamDoneHook } from "./hooks";

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
  parser: ConfigParser<C> | null = null;
  ruleParser: RuleParser<C> | null = null;
  readonly request: MessageHooks<C> = new MessageHooks<C>();
  readonly response: MessageHooks<C> = new MessageHooks<C>();
  streamDone: StreamDoneHook<C> | null = null;
  /** What happens to a request that the plugin failed to decide on: it goes on. */
  failOpen: bool = false;
  /** gRPC of unknown length does not reach hooks on whole bodies. */
  passesGrpc: bool = false;
  /** What becomes of a rule that cannot be read; null: it refuses the configuration. */
  isolation: RuleIsolation | null = null;

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
