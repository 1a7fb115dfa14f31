import { ConfigParser, RuleParser } from "./config-parser";
import { PluginLife } from "./life";
import { TcpHooks } from "./tcp/tcp-hooks";
import { RuleIsolation } from "./rules/isolation";
import { BodyHook, ChunkHook, HeadersHook, QueueHook, StreamDoneHook } from "./hooks";

/** The hooks on one message, a request or a response. */
export class MessageHooks<C> {
  headers: HeadersHook<C> | null = null;
  body: BodyHook<C> | null = null;
  /** The body hook may write the body. */
  writesBody: bool = false;
  chunks: ChunkHook<C> | null = null;
  /** The hook on chunks may write them. */
  writesChunks: bool = false;
  trailers: HeadersHook<C> | null = null;

  /** Whether a hook on the body is registered. */
  get onBody(): bool {
    return this.body !== null || this.chunks !== null;
  }
}

/** The options that a plugin registered: its name, its hooks, its parsers. */
export class Handlers<C> {
  parser: ConfigParser<C> | null = null;
  ruleParser: RuleParser<C> | null = null;
  readonly request: MessageHooks<C> = new MessageHooks<C>();
  readonly response: MessageHooks<C> = new MessageHooks<C>();
  streamDone: StreamDoneHook<C> | null = null;
  queues: QueueHook<C>[] | null = null;
  /** Options about the life of the plugin. */
  life: PluginLife | null = null;
  /** The hooks on a TCP connection. */
  tcp: TcpHooks<C> | null = null;
  /** A request continues if the plugin failed to decide on it. */
  failOpen: bool = false;
  /** gRPC messages without a content-length do not reach hooks on whole bodies. */
  passesGrpc: bool = false;
  /** Only bodies of text reach hooks on whole bodies. */
  onlyText: bool = false;
  /** Replaces or drops a rule that cannot be parsed. Null: such a rule makes the plugin reject the configuration. */
  isolation: RuleIsolation | null = null;

  constructor(readonly name: string) {}

  /** Whether a hook is registered that runs when the request headers are gone. */
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
