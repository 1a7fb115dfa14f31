import { BufferType, DataStatus } from "../../abi/enums";
import { StreamContext } from "../../context/contexts";
import { Action } from "../action";
import { Body } from "../body";
import { PluginRoot } from "../plugin-root";
import { TcpContext } from "./tcp-context";
import { TcpDataFunction, TcpEndFunction, TcpHooks } from "./tcp-hooks";

/** A network filter stops at any status but `Continue`. */
const STOP = DataStatus.StopIterationAndBuffer;

/** Runs a plugin's hooks for one TCP connection. */
export class TcpStream<C> extends StreamContext {
  private ctx: TcpContext;
  private config: C | null;

  constructor(
    id: u32,
    root: PluginRoot<C>,
    private hooks: TcpHooks<C>,
  ) {
    super(id);
    this.ctx = new TcpContext(id, root.log, root);
    this.config = root.configurations.global;
  }

  override onNewConnection(): DataStatus {
    const hook = this.hooks.connection;
    const config = this.config;
    if (hook === null || config === null) return DataStatus.Continue;
    const ctx = this.ctx;
    ctx.begin();
    ctx.beginHook();
    return ctx.endHook(hook(ctx, config) != Action.Continue) ? STOP : DataStatus.Continue;
  }

  override onDownstreamData(endOfStream: bool): DataStatus {
    const ctx = this.ctx;
    ctx.beginHook();
    const action = this.runDataHook(this.hooks.downstream, BufferType.DownstreamData, endOfStream);
    return ctx.endHook(action != Action.Continue) ? STOP : DataStatus.Continue;
  }

  override onUpstreamData(endOfStream: bool): DataStatus {
    const action = this.runDataHook(this.hooks.upstream, BufferType.UpstreamData, endOfStream);
    return action != Action.Continue || this.ctx.isClosing ? STOP : DataStatus.Continue;
  }

  override onDownstreamClose(peer: i32): void {
    this.runEndHook(this.hooks.downstreamClose);
  }

  override onUpstreamClose(peer: i32): void {
    this.runEndHook(this.hooks.upstreamClose);
  }

  override onStreamDone(): void {
    this.close();
    this.runEndHook(this.hooks.done);
  }

  override close(): void {
    this.ctx.end();
  }

  private runDataHook(hook: TcpDataFunction<C> | null, buffer: BufferType, endOfStream: bool): Action {
    const config = this.config;
    if (hook === null || config === null) return Action.Continue;
    this.ctx.begin();
    return hook(this.ctx, config, new Body(this.id, buffer, "", true), endOfStream);
  }

  private runEndHook(hook: TcpEndFunction<C> | null): void {
    const config = this.config;
    if (hook === null || config === null) return;
    this.ctx.begin();
    hook(this.ctx, config);
  }
}
