import { Handlers } from "./handlers";
import { Life } from "./life-settings";
import { CtxOption } from "./option";
import { PluginContext } from "./plugin-context";

/** The function that `PrePluginStartOrReload` registers. */
export type StartFunction = (ctx: PluginContext) => Error | null;

/** An option about the life of the plugin. */
abstract class LifeOption<C> extends CtxOption<C> {
  apply(handlers: Handlers<C>): void {
    if (handlers.life === null) handlers.life = new Life();
    this.change(changetype<Life>(handlers.life));
  }
  protected abstract change(life: Life): void;
}

class StartOption<C> extends LifeOption<C> {
  constructor(private start: StartFunction) {
    super();
  }
  protected override change(life: Life): void {
    life.start = this.start;
  }
}

class IoCycleOption<C> extends LifeOption<C> {
  constructor(private requests: u64) {
    super();
  }
  protected override change(life: Life): void {
    life.requestsPerIoCycle = this.requests;
  }
}

class RebuildAfterRequestsOption<C> extends LifeOption<C> {
  constructor(private requests: u64) {
    super();
  }
  protected override change(life: Life): void {
    life.rebuildAfterRequests = this.requests;
  }
}

class RebuildMaxMemBytesOption<C> extends LifeOption<C> {
  constructor(private bytes: u64) {
    super();
  }
  protected override change(life: Life): void {
    life.rebuildMaxMemBytes = this.bytes;
  }
}

/**
 * Registers a function that runs each time before a configuration is read: when the plugin starts, and at each update.
 *
 * @param start gets the plugin, which is also the `ctx` of `ParseConfigWithContext`, of ticks and of hooks on queues. It
 * returns null, or the error for which the plugin rejects the configuration.
 *
 * @example
 * ```ts
 * SetCtx<Config>("my-plugin", [
 *   PrePluginStartOrReload<Config>((ctx) => {
 *     ctx.log.info("starting " + ctx.fingerprint);
 *     return null;
 *   }),
 *   ProcessRequestHeadersBy<Config>(onRequestHeaders),
 * ]);
 * ```
 */
export function PrePluginStartOrReload<C>(start: StartFunction): CtxOption<C> {
  return new StartOption<C>(start);
}

/**
 * Makes Higress handle at most this number of requests of a connection in one turn of its event loop, so that one HTTP/2
 * client cannot hold up others. The limit is for the whole process; of several plugins' limits the smallest counts. Other
 * gateways have no such limit at run time: the plugin then logs a warning, and works without it.
 *
 * @param requests 0: no change
 *
 * @example
 * ```ts
 * SetCtx<Config>("my-plugin", [WithMaxRequestsPerIoCycle<Config>(1), ProcessRequestHeadersBy<Config>(onRequestHeaders)]);
 * ```
 */
export function WithMaxRequestsPerIoCycle<C>(requests: u64): CtxOption<C> {
  return new IoCycleOption<C>(requests);
}

/**
 * Makes Higress replace the VM by a new one after a number of requests, when no request uses the VM, so that memory which
 * the plugin never frees is freed. Each configuration counts its own requests. The plugin loses what it keeps in memory. Other
 * gateways keep the VM.
 *
 * @param requests 0: off
 *
 * @example
 * ```ts
 * SetCtx<Config>("my-plugin", [
 *   WithRebuildAfterRequests<Config>(1_000_000),
 *   ProcessRequestHeadersBy<Config>(onRequestHeaders),
 * ]);
 * ```
 */
export function WithRebuildAfterRequests<C>(requests: u64): CtxOption<C> {
  return new RebuildAfterRequestsOption<C>(requests);
}

/**
 * Makes Higress replace the VM by a new one when the memory of the VM has grown to a size; see `WithRebuildAfterRequests`.
 * The memory of a VM never shrinks.
 *
 * @param bytes 0: off. A new VM must be smaller, otherwise Higress replaces it again and again.
 *
 * @example
 * ```ts
 * SetCtx<Config>("my-plugin", [
 *   WithRebuildMaxMemBytes<Config>(200 * 1024 * 1024),
 *   ProcessRequestHeadersBy<Config>(onRequestHeaders),
 * ]);
 * ```
 */
export function WithRebuildMaxMemBytes<C>(bytes: u64): CtxOption<C> {
  return new RebuildMaxMemBytesOption<C>(bytes);
}
