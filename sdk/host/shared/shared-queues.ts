import { Status } from "../abi.js";

/** Who hears of what comes into a queue. */
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
 * The queues that plugins share: by VM id and name, gone when the last VM with that id is gone.
 *
 * @example
 * const queues = new SharedQueues();
 * const token = queues.register("vm", "jobs", root);
 * queues.enqueue(token, Buffer.from("1")); // Status.Ok, and the root is told, later
 */
export class SharedQueues {
  private readonly queues = new Map<number, Queue>();
  private lastToken = 0;

  /** The token of a queue, which is made if it is new; who registers it last is told of what comes. */
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

  /** What has waited longest. */
  dequeue(token: number): Buffer | Status.Empty | Status.NotFound {
    const queue = this.queues.get(token);
    if (!queue) return Status.NotFound;
    return queue.items.shift() ?? Status.Empty;
  }

  /** Forgets the queues of a VM id. */
  drop(vmId: string): void {
    for (const [token, queue] of this.queues) if (queue.vmId === vmId) this.queues.delete(token);
  }
}
