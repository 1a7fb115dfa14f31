import { Status } from "../abi/enums";
import {
  proxy_dequeue_shared_queue,
  proxy_enqueue_shared_queue,
  proxy_register_shared_queue,
  proxy_resolve_shared_queue,
} from "../abi/imports";
import { addressSlot, numberSlot, sizeSlot, takenBytes } from "../abi/memory";
import { encodeUtf8 } from "../abi/utf8";

/**
 * An item of a shared queue; the result of `SharedQueue.dequeue`.
 *
 * @example
 * ```ts
 * const item = registerSharedQueue("my-plugin/audit").dequeue();
 * if (item.exists()) log.info(decodeText(item.bytes));
 * ```
 */
export class QueueItem {
  /** @internal */
  constructor(
    /** The status of the host call: `Ok`, `Empty` if the queue has no item, or `NotFound` if there is no such queue. */
    readonly status: Status,
    /** The bytes of the item; empty if the queue had none. */
    readonly bytes: ArrayBuffer,
  ) {}

  /** Whether the queue had an item. */
  exists(): bool {
    return this.status == Status.Ok;
  }
}

/**
 * A queue that VMs share, on all workers: first in, first out. Each item is taken once. The queue has no limit: a plugin that
 * adds items faster than another takes them fills the memory of the gateway.
 *
 * @example
 * ```ts
 * const queue = resolveSharedQueue("audit-vm", "audit");
 * if (queue.exists()) queue.enqueue(encodeText(ctx.path));
 * ```
 */
export class SharedQueue {
  /** @internal */
  constructor(
    /** The status of the host call that returned the queue. */
    readonly status: Status,
    /** The number of the queue, which the host passes to `proxy_on_queue_ready`. */
    readonly id: u32,
  ) {}

  /** Whether the queue exists. */
  exists(): bool {
    return this.status == Status.Ok;
  }

  /**
   * Adds an item at the end.
   *
   * @returns `Ok`, or `NotFound` if the queue does not exist
   */
  enqueue(bytes: ArrayBuffer): Status {
    if (!this.exists()) return Status.NotFound;
    return proxy_enqueue_shared_queue(this.id, changetype<usize>(bytes), bytes.byteLength);
  }

  /** Takes the first item. */
  dequeue(): QueueItem {
    if (!this.exists()) return new QueueItem(Status.NotFound, new ArrayBuffer(0));
    const status = proxy_dequeue_shared_queue(this.id, addressSlot(), sizeSlot());
    return new QueueItem(status, status == Status.Ok ? takenBytes() : new ArrayBuffer(0));
  }
}

/**
 * Creates a queue of this VM's `vm_id`, or returns the queue of this name that exists. The plugin that registers a queue last
 * is told about its items, see `ProcessQueue`, which registers the queue itself.
 *
 * @example
 * ```ts
 * const queue = registerSharedQueue("my-plugin/audit");
 * queue.enqueue(encodeText(ctx.method + " " + ctx.path));
 * ```
 */
export function registerSharedQueue(name: string): SharedQueue {
  const text = encodeUtf8(name);
  const status = proxy_register_shared_queue(changetype<usize>(text), text.byteLength, numberSlot());
  return new SharedQueue(status, status == Status.Ok ? load<u32>(numberSlot()) : 0);
}

/**
 * Finds a queue that another plugin has registered.
 *
 * @param vmId the `vm_id` of that plugin; "" for the plugin's own
 * @returns the queue; its status is `NotFound` if no plugin has registered it yet
 *
 * @example
 * ```ts
 * const queue = resolveSharedQueue("audit-vm", "audit");
 * if (queue.enqueue(encodeText(ctx.path)) != Status.Ok) log.warn("no queue for audits");
 * ```
 */
export function resolveSharedQueue(vmId: string, name: string): SharedQueue {
  const vm = encodeUtf8(vmId);
  const text = encodeUtf8(name);
  const status = proxy_resolve_shared_queue(
    changetype<usize>(vm),
    vm.byteLength,
    changetype<usize>(text),
    text.byteLength,
    numberSlot(),
  );
  return new SharedQueue(status, status == Status.Ok ? load<u32>(numberSlot()) : 0);
}
