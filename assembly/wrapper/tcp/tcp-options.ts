import { Handlers } from "../handlers";
import { CtxOption } from "../option";
import { TcpConnectionFunction, TcpDataFunction, TcpEndFunction, TcpHooks } from "./tcp-hooks";

function hooksOf<C>(handlers: Handlers<C>): TcpHooks<C> {
  let hooks = handlers.tcp;
  if (hooks === null) {
    hooks = new TcpHooks<C>();
    handlers.tcp = hooks;
  }
  return hooks;
}

class ConnectionOption<C> extends CtxOption<C> {
  constructor(private hook: TcpConnectionFunction<C>) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    hooksOf<C>(handlers).connection = this.hook;
  }
}

class DataOption<C> extends CtxOption<C> {
  constructor(
    private ofClient: bool,
    private hook: TcpDataFunction<C>,
  ) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    if (this.ofClient) hooksOf<C>(handlers).downstream = this.hook;
    else hooksOf<C>(handlers).upstream = this.hook;
  }
}

/** What has ended. */
const enum End {
  Downstream,
  Upstream,
  Connection,
}

class EndOption<C> extends CtxOption<C> {
  constructor(
    private end: End,
    private hook: TcpEndFunction<C>,
  ) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    const hooks = hooksOf<C>(handlers);
    if (this.end == End.Downstream) hooks.downstreamClose = this.hook;
    else if (this.end == End.Upstream) hooks.upstreamClose = this.hook;
    else hooks.done = this.hook;
  }
}

/**
 * Registers a hook on a new connection of a client, for `SetTcpCtx`. It runs before the gateway connects to the upstream.
 *
 * @param handle returns `Continue`, or `Pause` until `ctx.resume()`: the gateway then neither reads nor connects
 *
 * @example
 * ```ts
 * ProcessNewConnection<Config>((ctx, config) => {
 *   if (!config.allow.includes(getProperty(["source", "address"]).string())) ctx.close();
 *   return Action.Continue;
 * });
 * ```
 */
export function ProcessNewConnection<C>(handle: TcpConnectionFunction<C>): CtxOption<C> {
  return new ConnectionOption<C>(handle);
}

/**
 * Registers a hook on the data of the client, for `SetTcpCtx`. Data arrives in pieces of any size, which may end inside a
 * message.
 *
 * @param handle gets all data that the gateway has not passed on yet, which it may replace; `isLast` is true if the client
 * sends no more, also with empty data. It returns `Continue`, which passes the data on, or `Pause`, which keeps the data: when
 * more data arrives, the hook gets both. `ctx.resume()` passes the data on too. The gateway keeps 1 MiB, and then makes the
 * client wait.
 *
 * @example
 * ```ts
 * ProcessDownstreamData<Config>((ctx, config, data, isLast) => {
 *   // Wait for a whole line.
 *   if (!data.text().includes("\n") && !isLast) return Action.Pause;
 *   data.prepend<string>("tenant=" + config.tenant + "\n");
 *   return Action.Continue;
 * });
 * ```
 */
export function ProcessDownstreamData<C>(handle: TcpDataFunction<C>): CtxOption<C> {
  return new DataOption<C>(true, handle);
}

/**
 * Registers a hook on the data of the upstream, for `SetTcpCtx`. As `ProcessDownstreamData`, but only more data ends a
 * `Pause`: a host cannot resume this side, and loses the data that is still kept when the upstream ends.
 *
 * @example
 * ```ts
 * ProcessUpstreamData<Config>((ctx, config, data, isLast) => {
 *   data.replace<string>(data.text().replaceAll(config.name, "****"));
 *   return Action.Continue;
 * });
 * ```
 */
export function ProcessUpstreamData<C>(handle: TcpDataFunction<C>): CtxOption<C> {
  return new DataOption<C>(false, handle);
}

/**
 * Registers a hook on the end of the client's connection, for `SetTcpCtx`.
 *
 * @example
 * ```ts
 * ProcessDownstreamClose<Config>((ctx, config) => {
 *   ctx.log.info("the client has gone");
 * });
 * ```
 */
export function ProcessDownstreamClose<C>(handle: TcpEndFunction<C>): CtxOption<C> {
  return new EndOption<C>(End.Downstream, handle);
}

/**
 * Registers a hook on the end of the upstream's data, for `SetTcpCtx`. It does not run if the client closes first.
 *
 * @example
 * ```ts
 * ProcessUpstreamClose<Config>((ctx, config) => {
 *   ctx.log.info("the upstream has sent its last byte");
 * });
 * ```
 */
export function ProcessUpstreamClose<C>(handle: TcpEndFunction<C>): CtxOption<C> {
  return new EndOption<C>(End.Upstream, handle);
}

/**
 * Registers a hook on the end of a connection, for `SetTcpCtx`. It runs once, last.
 *
 * @example
 * ```ts
 * ProcessConnectionDone<Config>((ctx, config) => {
 *   ctx.log.info("bytes: " + ctx.getOr<i32>("bytes", 0).toString());
 * });
 * ```
 */
export function ProcessConnectionDone<C>(handle: TcpEndFunction<C>): CtxOption<C> {
  return new EndOption<C>(End.Connection, handle);
}
