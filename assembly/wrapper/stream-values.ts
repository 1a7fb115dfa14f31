import { ByteQueue } from "./byte-queue";
import { Values } from "./values";

/** The values that a plugin keeps from one hook of a request to the next. */
export abstract class StreamValues {
  private values: Values | null = null;

  /**
   * Stores a value for later hooks of this request.
   *
   * @example
   * ```ts
   * ctx.set<string>("user", "mia");
   * const user = ctx.get<string>("user"); // string | null
   * ```
   */
  set<T>(key: string, value: T): void {
    let values = this.values;
    if (values === null) {
      values = new Values();
      this.values = values;
    }
    values.set<T>(key, value);
  }

  /**
   * Returns a value that `set` stored; null if the key has no value of this type. For numbers and bools use `getOr`.
   */
  get<T>(key: string): T | null {
    const values = this.values;
    return values === null ? null : values.get<T>(key);
  }

  /** Returns a value that `set` stored, or `otherwise` if the key has no value of this type. */
  getOr<T>(key: string, otherwise: T): T {
    const values = this.values;
    return values === null ? otherwise : values.getOr<T>(key, otherwise);
  }

  /**
   * Adds bytes to the end of this request's queue, for a later hook or call handler.
   *
   * @example
   * ```ts
   * ctx.pushBuffer(encodeText("data: wait\n\n"));
   * const first = ctx.popBuffer();
   * if (first !== null) log.debug(decodeText(first));
   * ```
   */
  pushBuffer(bytes: ArrayBuffer): void {
    let queue = this.get<ByteQueue>(QUEUE);
    if (queue === null) this.set<ByteQueue>(QUEUE, (queue = new ByteQueue()));
    queue.push(bytes);
  }

  /** Removes and returns the oldest bytes of this request's queue; null if the queue is empty. */
  popBuffer(): ArrayBuffer | null {
    const queue = this.get<ByteQueue>(QUEUE);
    return queue === null ? null : queue.pop();
  }

  /** The number of entries in this request's queue. */
  bufferQueueSize(): i32 {
    const queue = this.get<ByteQueue>(QUEUE);
    return queue === null ? 0 : queue.length;
  }
}

/** The key of the queue among the values. */
// @ts-ignore: decorator
@lazy const QUEUE = "\0buffers";
