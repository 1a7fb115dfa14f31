import { BufferType, DataStatus, HeadersStatus, StreamType, TrailersStatus } from "../abi/enums";
import { BODY_HOOKS, REBUILDS, REQUEST_MAP, ROUTE_CALLS, RULES } from "../abi/features";
import { listContains } from "../net/list-contains";
import { Action } from "./action";
import { Body } from "./body";
import { BodyFlow } from "./body-flow";
import { ExecutionPhase } from "./execution-phase";
import { canHoldHeaders } from "./gateway-state";
import { MessageHooks } from "./handlers";
import { HeadersHook } from "./hooks";
import { PluginStream } from "./plugin-stream";
import { RouteCall } from "./route-call";
import { RouteCallHook } from "./route-call-hook";
import { findRule, UNDECIDED } from "./rules/find-rule";

/** Runs a plugin's hooks for one stream. */
export class HttpStream<C> extends PluginStream<C> {
  private requestFlow: BodyFlow<C> | null = null;
  private responseFlow: BodyFlow<C> | null = null;
  private isConnect: bool = false;

  override onRequestHeaders(endOfStream: bool): HeadersStatus {
    const root = this.root;
    const ctx = this.ctx;
    const hooks = root.handlers.request;
    ctx.begin();
    ctx.requestBodyFollows = !endOfStream;
    ctx.readRequestFacts();
    if (REBUILDS) root.countRequest(ctx.id);
    if (RULES) this.findConfig();
    if (this.config === null) return this.statusOf(ctx.hasReplied ? Action.Pause : Action.Continue, null);
    if (REQUEST_MAP && (ROUTE_CALLS || root.handlers.afterRequestHeaders)) ctx.requestMap().keepParts();
    if (BODY_HOOKS) ctx.isTunnel = this.requestsTunnel();
    const action = this.runHeadersHook(hooks.headers, StreamType.Request);
    if (!BODY_HOOKS || !hooks.onBody || endOfStream || ctx.isTunnel || ctx.hasReplied)
      return this.statusOf(action, null);
    const flow = new BodyFlow<C>(this, hooks, BufferType.RequestBody);
    flow.begin(ctx.requestHeaders);
    this.requestFlow = flow;
    return this.statusOf(action, flow);
  }

  override onRequestBody(size: i32, endOfStream: bool): DataStatus {
    this.ctx.begin();
    this.ctx.enterPhase(ExecutionPhase.DecodeData);
    const flow = this.requestFlow;
    return flow === null ? DataStatus.Continue : flow.onBody(size, endOfStream);
  }

  override onRequestTrailers(): TrailersStatus {
    this.ctx.begin();
    this.ctx.enterPhase(ExecutionPhase.DecodeData);
    let flow = this.requestFlow;
    if (flow === null) {
      flow = new BodyFlow<C>(this, this.root.handlers.request, BufferType.RequestBody);
      this.requestFlow = flow;
    }
    return flow.onTrailers();
  }

  override onResponseHeaders(endOfStream: bool): HeadersStatus {
    if (this.config === null) return HeadersStatus.Continue;
    const ctx = this.ctx;
    const hooks = this.root.handlers.response;
    ctx.begin();
    ctx.enterPhase(ExecutionPhase.EncodeHeader);
    ctx.beginResponse(endOfStream);
    if (ROUTE_CALLS) {
      const call = ctx.takeRouteCall();
      if (call !== null) return this.onRouteResponse(call, endOfStream);
    }
    const hadReplied = ctx.hasReplied;
    const action = this.runHeadersHook(hooks.headers, StreamType.Response);
    if (!BODY_HOOKS || !hooks.onBody || endOfStream || ctx.hasReplied != hadReplied || this.opensTunnel()) {
      return this.statusOf(action, null);
    }
    const flow = new BodyFlow<C>(this, hooks, BufferType.ResponseBody);
    flow.begin(ctx.responseHeaders);
    this.responseFlow = flow;
    return this.statusOf(action, flow);
  }

  /** Runs the handler of a route call instead of the hooks on the response. */
  private onRouteResponse(call: RouteCall, endOfStream: bool): HeadersStatus {
    const ctx = this.ctx;
    if (endOfStream) {
      const pause = ctx.pauseOf(StreamType.Response);
      const hadReplied = ctx.hasReplied;
      pause.beginHook();
      const action = call.run(new Body(ctx.id, BufferType.ResponseBody, "", false), this.log);
      return this.statusOf(this.endHook(pause, action, hadReplied) ? Action.Pause : Action.Continue, null);
    }
    const hooks = new MessageHooks<C>();
    hooks.body = new RouteCallHook<C>(call);
    hooks.writesBody = true;
    ctx.bufferResponseBody();
    const flow = new BodyFlow<C>(this, hooks, BufferType.ResponseBody);
    flow.begin(ctx.responseHeaders);
    this.responseFlow = flow;
    return this.statusOf(Action.Continue, flow);
  }

  override onResponseBody(size: i32, endOfStream: bool): DataStatus {
    this.ctx.begin();
    this.ctx.enterPhase(ExecutionPhase.EncodeData);
    const flow = this.responseFlow;
    return flow === null ? DataStatus.Continue : flow.onBody(size, endOfStream);
  }

  override onResponseTrailers(): TrailersStatus {
    this.ctx.begin();
    this.ctx.enterPhase(ExecutionPhase.EncodeData);
    let flow = this.responseFlow;
    if (flow === null) {
      flow = new BodyFlow<C>(this, this.root.handlers.response, BufferType.ResponseBody);
      this.responseFlow = flow;
    }
    return flow.onTrailers();
  }

  override onStreamDone(): void {
    const root = this.root;
    this.close();
    this.ctx.enterPhase(ExecutionPhase.Done);
    const hook = root.handlers.streamDone;
    const config = this.config;
    if (hook !== null && config !== null) hook.run(this.ctx, config, root.log);
  }

  override close(): void {
    const ctx = this.ctx;
    if (ctx.isOver) return;
    ctx.begin();
    const flow = this.responseFlow;
    if (BODY_HOOKS && flow !== null) flow.onStreamDone();
    ctx.close();
  }

  /** Finds the rule of the request. If that fails, the client gets a 500, unless the plugin has the option FailOpen. */
  private findConfig(): void {
    const root = this.root;
    const configurations = root.configurations;
    const index = configurations.index;
    if (index === null) return;
    const rule = findRule(index, this.ctx);
    if (rule != UNDECIDED) this.config = configurations.of(rule);
    else if (!root.handlers.failOpen) this.ctx.sendResponse(500, [], "");
  }

  /** Runs a headers hook. Returns `Pause` if the message is paused, otherwise `HoldHeaders` or `Continue`. */
  private runHeadersHook(hook: HeadersHook<C> | null, message: StreamType): Action {
    const config = this.config;
    if (hook === null || config === null) return Action.Continue;
    const ctx = this.ctx;
    const hadReplied = ctx.hasReplied;
    ctx.beginHeadersHook(message);
    const action = hook.run(ctx, config, this.log);
    const hasReplied = ctx.hasReplied != hadReplied;
    if (ctx.endHeadersHook(message, action == Action.Pause && !hasReplied)) {
      ctx.warnIfStuck();
      return Action.Pause;
    }
    if (hasReplied) return Action.Pause;
    return action == Action.HoldHeaders ? action : Action.Continue;
  }

  /**
   * Translates the action of a headers hook into the callback's status. `StopIteration` is used only if a hook on the
   * whole body follows, because that hook stops every chunk. Without such a hook, under Higress's ABI, `StopIteration`
   * would let the request continue as soon as a chunk arrives. After a local reply the status stops the stream too, for
   * hosts that use it.
   */
  private statusOf(action: Action, flow: BodyFlow<C> | null): HeadersStatus {
    const pause = action == Action.Pause;
    const status = pause ? HeadersStatus.StopAllIterationAndWatermark : HeadersStatus.Continue;
    // Without a body, nothing would end StopIteration.
    if (!BODY_HOOKS || flow === null || !flow.isWhole) return status;
    const root = this.root;
    if (canHoldHeaders()) {
      flow.holdHeaders();
      return HeadersStatus.StopIteration;
    }
    if (action == Action.HoldHeaders) root.warnOfHeaders();
    return status;
  }

  /** Whether the response opens the tunnel. Source: RFC 9110, 15.2.2 and 9.3.6. */
  private opensTunnel(): bool {
    if (!this.ctx.isTunnel) return false;
    const status = this.ctx.responseHeaders.getOr(":status", "");
    return status == "101" || (status.startsWith("2") && this.isConnect);
  }

  private requestsTunnel(): bool {
    const headers = this.ctx.requestHeaders;
    this.isConnect = headers.get(":method") == "CONNECT";
    if (this.isConnect) return true;
    if (!headers.has("upgrade") || headers.has("content-length") || headers.has("transfer-encoding")) return false;
    return listContains(headers.get("connection"), "upgrade");
  }
}
