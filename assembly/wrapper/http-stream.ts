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
    const handle = root.handlers.requestHeaders;
    return handle === null ? HeadersStatus.Continue : this.run(handle);
  }

  override onResponseHeaders(endOfStream: bool): HeadersStatus {
    const root = this.root;
    root.begin(this.ctx);
    const handle = root.handlers.responseHeaders;
    return handle === null ? HeadersStatus.Continue : this.run(handle);
  }

  override onStreamDone(): void {
    const root = this.root;
    root.begin(this.ctx);
    this.ctx.close();
    const handle = root.handlers.streamDone;
    if (handle !== null) handle(this.ctx, root.config, root.log);
  }

  /**
   * Runs a headers hook. A pause never is StopIteration: under Higress's ABI that lets the request go as soon as a body
   * frame comes. An answer stops the stream whatever is returned; hosts that heed the value get one that stops it too.
   */
  private run(handle: HeadersHook<C>): HeadersStatus {
    const ctx = this.ctx;
    const before = ctx.isAnswered;
    const action = handle(ctx, this.root.config, this.root.log);
    return action == Action.Continue && ctx.isAnswered == before
      ? HeadersStatus.Continue
      : HeadersStatus.StopAllIterationAndWatermark;
  }
}
