import { HeadersStatus } from "../abi/enums";
import { StreamContext } from "../context/contexts";
import { Action } from "./action";
import { HeadersHook } from "./handlers";
import { HttpContext } from "./http-context";
import { PluginRoot } from "./plugin-root";

/** Runs a plugin's hooks for one stream. */
export class HttpStream<C> extends StreamContext {
  private ctx: HttpContext;

  constructor(
    id: u32,
    private root: PluginRoot<C>,
  ) {
    super(id);
    this.ctx = new HttpContext(id);
  }

  override onRequestHeaders(endOfStream: bool): HeadersStatus {
    const root = this.root;
    const ctx = this.ctx;
    root.begin(ctx);
    if (root.handlers.afterRequestHeaders) ctx.requestMap().keepParts();
    return this.run(root.handlers.requestHeaders);
  }

  override onResponseHeaders(endOfStream: bool): HeadersStatus {
    const root = this.root;
    root.begin(this.ctx);
    this.ctx.beginResponse(endOfStream);
    return this.run(root.handlers.responseHeaders);
  }

  override onStreamDone(): void {
    const root = this.root;
    root.begin(this.ctx);
    this.ctx.close();
    const handle = root.handlers.streamDone;
    const config = root.config;
    if (handle !== null && config !== null) handle(this.ctx, config, root.log);
  }

  /**
   * Runs a headers hook. A pause never is StopIteration: under Higress's ABI that lets the request go as soon as a body
   * frame comes. An answer stops the stream whatever is returned; hosts that heed the value get one that stops it too.
   */
  private run(handle: HeadersHook<C> | null): HeadersStatus {
    const config = this.root.config;
    if (handle === null || config === null) return HeadersStatus.Continue;
    const ctx = this.ctx;
    const before = ctx.isAnswered;
    const action = handle(ctx, config, this.root.log);
    const answered = ctx.isAnswered != before;
    if (action == Action.Continue && !answered) return HeadersStatus.Continue;
    if (!answered) this.root.log.warn("a hook returned Pause, and nothing will end it: the stream hangs");
    return HeadersStatus.StopAllIterationAndWatermark;
  }
}
