import { Status } from "../abi.js";

/** Called when an item arrives in a queue. */
export interface QueueOwner {
  onQueueReady(token: number): void;
}

interface Queue {
  vmId: string;
  name: string;
  owner: QueueOwner;
  items: Buffer[];
}

/**
 * The queues that plugins share, by VM id and name. They end with the last VM of that id.
 *
 * @example
 * const queues = new SharedQueues();
 * const token = queues.register("vm", "jobs", root);
 * queues.enqueue(token, Buffer.from("1")); // Status.Ok; the root context gets `proxy_on_queue_ready` later
 */
export class SharedQueues {
  private readonly queues = new Map<number, Queue>();
  private lastToken = 0;

  /** The token of a queue, which is created if it does not exist. The last owner to register gets `onQueueReady`. */
  register(vmId: string, name: string, owner: QueueOwner): number {
    const token = this.resolve(vmId, name);
    if (token !== undefined) {
      this.queues.get(token)!.owner = owner;
      return token;
    }
    this.queues.set(++this.lastToken, { vmId, name, owner, items: [] });
    return this.lastToken;
  }

  resolve(vmId: string, name: string): number | undefined {
    for (const [token, queue] of this.queues) if (queue.vmId === vmId && queue.name === name) return token;
    return undefined;
  }

  enqueue(token: number, bytes: Buffer): Status {
    const queue = this.queues.get(token);
    if (!queue) return Status.NotFound;
    queue.items.push(bytes);
    queue.owner.onQueueReady(token);
    return Status.Ok;
  }

  /** Removes and returns the oldest item. */
  dequeue(token: number): Buffer | Status.Empty | Status.NotFound {
    const queue = this.queues.get(token);
    if (!queue) return Status.NotFound;
    return queue.items.shift() ?? Status.Empty;
  }

  /** Deletes the queues of a VM id. */
  drop(vmId: string): void {
    for (const [token, queue] of this.queues) if (queue.vmId === vmId) this.queues.delete(token);
  }
}
