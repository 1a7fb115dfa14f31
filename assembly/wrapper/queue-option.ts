import { Handlers } from "./handlers";
import { QueueHook } from "./hooks";
import { Log } from "./log";
import { CtxOption } from "./option";
import { PluginContext } from "./plugin-context";

/** The function of a hook on a shared queue. */
export type QueueFunction<C> = (ctx: PluginContext, config: C, item: ArrayBuffer, log: Log) => void;

/** As `QueueFunction`, without a log. */
export type PlainQueueFunction<C> = (ctx: PluginContext, config: C, item: ArrayBuffer) => void;

class QueueHookBy<C> extends QueueHook<C> {
  constructor(
    name: string,
    private handle: QueueFunction<C>,
  ) {
    super(name);
  }
  run(ctx: PluginContext, config: C, item: ArrayBuffer, log: Log): void {
    this.handle(ctx, config, item, log);
  }
}

class PlainQueueHook<C> extends QueueHook<C> {
  constructor(
    name: string,
    private handle: PlainQueueFunction<C>,
  ) {
    super(name);
  }
  run(ctx: PluginContext, config: C, item: ArrayBuffer, log: Log): void {
    this.handle(ctx, config, item);
  }
}

class QueueOption<C> extends CtxOption<C> {
  constructor(private hook: QueueHook<C>) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    const queues = handlers.queues;
    if (queues === null) handlers.queues = [this.hook];
    else queues.push(this.hook);
  }
}

/**
 * Registers a shared queue and a hook on its items. The hook runs for each item, in the VM of the worker that has registered
 * the queue last: all workers register the queue when they get the configuration, and one of them takes the items. The
 * option may be used several times, for other queues. Items that were added before the plugin started are kept, and arrive
 * with the next item.
 *
 * @param name the name of the queue among the plugins with the same `vm_id`; begin the name with the plugin's name
 * @param handle gets the plugin, its global configuration (with the initial values of the class if the plugin has only
 * rules), the bytes of the item, and the log. An item is gone when `handle` runs.
 *
 * @example
 * ```ts
 * ProcessQueueBy<Config>("my-plugin/audit", (ctx, config, item, log) => {
 *   log.info("audit: " + decodeText(item));
 * });
 * ```
 */
export function ProcessQueueBy<C>(name: string, handle: QueueFunction<C>): CtxOption<C> {
  return new QueueOption<C>(new QueueHookBy<C>(name, handle));
}

/**
 * As `ProcessQueueBy`, for a function without a log.
 *
 * @example
 * ```ts
 * ProcessQueue<Config>("my-plugin/greeting", (ctx, config, item) => {
 *   config.name = decodeText(item);
 * });
 * ```
 */
export function ProcessQueue<C>(name: string, handle: PlainQueueFunction<C>): CtxOption<C> {
  return new QueueOption<C>(new PlainQueueHook<C>(name, handle));
}
