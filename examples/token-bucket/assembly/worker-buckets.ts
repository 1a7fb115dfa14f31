import { monotonicMs } from "as-proxy-wasm-sdk";
import { Buckets, Rate } from "./bucket";

class Bucket {
  // A linked list in the order of use.
  newer: Bucket | null = null;
  older: Bucket | null = null;

  constructor(
    readonly key: string,
    public tokens: f64,
    public at: f64,
  ) {}
}

/** Buckets of one worker. If there are too many, the least recently used is removed. */
export class WorkerBuckets extends Buckets {
  private byKey: Map<string, Bucket> = new Map<string, Bucket>();
  private newest: Bucket | null = null;
  private oldest: Bucket | null = null;

  constructor(
    private rate: Rate,
    private maxKeys: i32,
  ) {
    super();
  }

  take(key: string): bool {
    const now = monotonicMs();
    const bucket = this.bucket(key, now);
    bucket.tokens = this.rate.refilled(bucket.tokens, now - bucket.at);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  /** Returns the bucket of a key, created if necessary, and makes it the newest. */
  private bucket(key: string, now: f64): Bucket {
    let bucket: Bucket;
    if (this.byKey.has(key)) {
      bucket = this.byKey.get(key);
      if (bucket == this.newest) return bucket;
      this.unlink(bucket);
    } else {
      const oldest = this.oldest;
      if (oldest !== null && this.byKey.size >= this.maxKeys) {
        this.unlink(oldest);
        this.byKey.delete(oldest.key);
      }
      bucket = new Bucket(key, this.rate.capacity, now);
      this.byKey.set(key, bucket);
    }
    const newest = this.newest;
    bucket.older = newest;
    if (newest !== null) newest.newer = bucket;
    else this.oldest = bucket;
    this.newest = bucket;
    return bucket;
  }

  private unlink(bucket: Bucket): void {
    const newer = bucket.newer;
    const older = bucket.older;
    if (newer !== null) newer.older = older;
    else this.newest = older;
    if (older !== null) older.newer = newer;
    else this.oldest = newer;
    bucket.newer = null;
    bucket.older = null;
  }
}
