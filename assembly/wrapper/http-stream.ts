import { BufferType, DataStatus, HeadersStatus, TrailersStatus } from "../abi/enums";
import { BODY_HOOKS } from "../abi/features";
import { lowerAscii } from "../proxywasm/syntax";
import { Action } from "./action";
import { BodyFlow } from "./body-flow";
import { Hold } from "./hold";
import { HeadersHook } from "./hooks";
import { PluginStream } from "./plugin-stream";
import { findRule, UNDECIDED } from "./rules/find-rule";

/** Runs a plugin's hooks for one stream. */
export class HttpStream<C> extends PluginStream<C> {
  private requestFlow: BodyFlow<C> | null = null;
  private responseFlow: BodyFlow<C> | null = null;
  /** The request asks for a tunnel: what follows its headers is no HTTP. */
  private tunnel: bool = false;
  private connects: bool = false;

  override onRequestHeaders(endOfStream: bool): HeadersStatus {
    const root = this.root;
    const ctx = this.ctx;
    const hooks = root.handlers.request;
    ctx.begin();
    ctx.hasRequestBody = !endOfStream;
    this.findConfig();
    if (this.config === null) return this.answer(ctx.isAnswered ? Action.Pause : Action.Continue, null);
    if (root.handlers.afterRequestHeaders) ctx.requestMap().keepParts();
    if (BODY_HOOKS) this.tunnel = this.asksForTunnel();
    const status = this.runOnHeaders(hooks.headers, ctx.requestHold);
    if (!BODY_HOOKS || !hooks.onBody || endOfStream || this.tunnel || ctx.isAnswered) return this.answer(status, null);
    const flow = new BodyFlow<C>(this, hooks, BufferType.RequestBody);
    flow.begin(ctx.requestHeaders);
    this.requestFlow = flow;
    return this.answer(status, flow);
  }

  override onRequestBody(size: i32, endOfStream: bool): DataStatus {
    this.ctx.begin();
    const flow = this.requestFlow;
    return flow === null ? DataStatus.Continue : flow.onBody(size, endOfStream);
  }

  override onRequestTrailers(): TrailersStatus {
    this.ctx.begin();
    let flow = this.requestFlow;
    if (flow === null) flow = new BodyFlow<C>(this, this.root.handlers.request, BufferType.RequestBody);
    return flow.onTrailers();
  }

  override onResponseHeaders(endOfStream: bool): HeadersStatus {
    if (this.config === null) return HeadersStatus.Continue;
    const ctx = this.ctx;
    const hooks = this.root.handlers.response;
    ctx.begin();
    ctx.beginResponse(endOfStream);
    const answered = ctx.isAnswered;
    const status = this.runOnHeaders(hooks.headers, ctx.responseHold);
    if (!BODY_HOOKS || !hooks.onBody || endOfStream || ctx.isAnswered != answered || this.opensTunnel()) {
      return this.answer(status, null);
    }
    const flow = new BodyFlow<C>(this, hooks, BufferType.ResponseBody);
    flow.begin(ctx.responseHeaders);
    this.responseFlow = flow;
    return this.answer(status, flow);
  }

  override onResponseBody(size: i32, endOfStream: bool): DataStatus {
    this.ctx.begin();
    const flow = this.responseFlow;
    return flow === null ? DataStatus.Continue : flow.onBody(size, endOfStream);
  }

  override onResponseTrailers(): TrailersStatus {
    this.ctx.begin();
    let flow = this.responseFlow;
    if (flow === null) flow = new BodyFlow<C>(this, this.root.handlers.response, BufferType.ResponseBody);
    return flow.onTrailers();
  }

  override onStreamDone(): void {
    const root = this.root;
    this.close();
    const handle = root.handlers.streamDone;
    const config = this.config;
    if (handle !== null && config !== null) handle.run(this.ctx, config, root.log);
  }

  override close(): void {
    const ctx = this.ctx;
    if (ctx.isOver) return;
    ctx.begin();
    const flow = this.responseFlow;
    if (BODY_HOOKS && flow !== null) flow.onStreamDone();
    ctx.close();
  }

  /** Decides which rule holds. Where it cannot, the request does not pass what may guard it. */
  private findConfig(): void {
    const root = this.root;
    const configurations = root.configurations;
    const index = configurations.index;
    if (index === null) return;
    const rule = findRule(index, this.ctx);
    if (rule != UNDECIDED) this.config = configurations.of(rule);
    else if (!root.handlers.failOpen) this.ctx.sendResponse(500, [], "");
  }

  /** Runs a headers hook and says what it wants: `Pause` where the message is held, whatever it returned. */
  private runOnHeaders(handle: HeadersHook<C> | null, hold: Hold): Action {
    const config = this.config;
    if (handle === null || config === null) return Action.Continue;
    const ctx = this.ctx;
    const answered = ctx.isAnswered;
    hold.beginHook();
    const action = handle.run(ctx, config, this.log);
    if (this.endHook(hold, action, answered)) return Action.Pause;
    return action == Action.HoldHeaders ? action : Action.Continue;
  }

  /**
   * What the host is told. A pause is StopIteration only before a hook on a whole body, which stops every frame of it:
   * elsewhere, under Higress's ABI, that lets the request go as soon as a body frame comes. Hosts that heed the value after
   * an answer get one that stops the stream too.
   */
  private answer(action: Action, flow: BodyFlow<C> | null): HeadersStatus {
    const pause = action == Action.Pause;
    const status = pause ? HeadersStatus.StopAllIterationAndWatermark : HeadersStatus.Continue;
    // Without a body to wait for, StopIteration would hang.
    if (!BODY_HOOKS || flow === null || !flow.isWhole) return status;
    const root = this.root;
    if (root.canHoldHeaders) {
      flow.holdHeaders();
      return HeadersStatus.StopIteration;
    }
    if (action == Action.HoldHeaders) root.warnOfHeaders();
    return status;
  }

  /** Whether the response opens the tunnel. Source: RFC 9110, 15.2.2 and 9.3.6. */
  private opensTunnel(): bool {
    if (!this.tunnel) return false;
    const status = this.ctx.responseHeaders.getOr(":status", "");
    return status == "101" || (status.startsWith("2") && this.connects);
  }

  private asksForTunnel(): bool {
    const headers = this.ctx.requestHeaders;
    this.connects = headers.get(":method") == "CONNECT";
    if (this.connects) return true;
    if (!headers.has("upgrade") || headers.has("content-length") || headers.has("transfer-encoding")) return false;
    const words = lowerAscii(headers.getOr("connection", "")).split(",");
    for (let i = 0; i < words.length; i++) if (words[i].trim() == "upgrade") return true;
    return false;
  }
}
