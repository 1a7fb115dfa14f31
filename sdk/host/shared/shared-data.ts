import { Status } from "../abi.js";
import { SharedQueues } from "./shared-queues.js";

interface Value {
  bytes: Buffer;
  cas: number;
}

/**
 * The data that plugins share by `proxy_set_shared_data`. Each VM id has its own space, which ends with the last VM of that id.
 *
 * @example
 * const data = new SharedData();
 * data.set("vm", "key", Buffer.from("1"), 0); // Status.Ok
 * data.get("vm", "key")?.cas; // 1
 */
export class SharedData {
  /** The shared queues, which end at the same time. */
  readonly queues = new SharedQueues();
  private readonly spaces = new Map<string, Map<string, Value>>();
  private readonly users = new Map<string, number>();
  private lastCas = 0;

  get(vmId: string, key: string): Value | undefined {
    return this.spaces.get(vmId)?.get(key);
  }

  /** @param cas the cas number that the stored value must have, 0 for any */
  set(vmId: string, key: string, bytes: Buffer, cas: number): Status {
    let space = this.spaces.get(vmId);
    if (!space) this.spaces.set(vmId, (space = new Map<string, Value>()));
    const before = space.get(key);
    if (before && cas !== 0 && cas !== before.cas) return Status.CasMismatch;
    // Never 0, which means "any".
    this.lastCas = (this.lastCas + 1) >>> 0 || 1;
    space.set(key, { bytes, cas: this.lastCas });
    return Status.Ok;
  }

  /** Counts a VM that begins to use the space of a VM id. */
  enter(vmId: string): void {
    this.users.set(vmId, (this.users.get(vmId) ?? 0) + 1);
  }

  leave(vmId: string): void {
    const left = (this.users.get(vmId) ?? 1) - 1;
    if (left > 0) return void this.users.set(vmId, left);
    this.users.delete(vmId);
    this.spaces.delete(vmId);
    this.queues.drop(vmId);
  }
}
