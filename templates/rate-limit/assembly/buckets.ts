/** The tokens of one key. */
class Bucket {
  constructor(
    public tokens: f64,
    public atMs: f64,
  ) {}
}

/**
 * A token bucket per key. A new bucket is full: it holds `burst` tokens. Each request takes a token, and `perSecond` tokens
 * come back each second.
 */
export class Buckets {
  // When `recent` is full, it becomes `older`, and the buckets that were in `older` are forgotten. A bucket in use moves from
  // `older` to `recent`. So at most 2 * maxKeys buckets exist, and a bucket is forgotten only after maxKeys other keys.
  private recent: Map<string, Bucket> = new Map<string, Bucket>();
  private older: Map<string, Bucket> = new Map<string, Bucket>();

  constructor(
    private perSecond: f64,
    private burst: f64,
    private maxKeys: i32,
  ) {}

  /** Takes a token. Returns 0, or, if the bucket is empty, the milliseconds until a token comes back. */
  take(key: string, nowMs: f64): f64 {
    const bucket = this.find(key, nowMs);
    const elapsedMs = max(0, nowMs - bucket.atMs);
    bucket.tokens = min(this.burst, bucket.tokens + (elapsedMs * this.perSecond) / 1000);
    bucket.atMs = nowMs;
    if (bucket.tokens < 1) return ((1 - bucket.tokens) * 1000) / this.perSecond;
    bucket.tokens -= 1;
    return 0;
  }

  private find(key: string, nowMs: f64): Bucket {
    if (this.recent.has(key)) return this.recent.get(key);
    const bucket = this.older.has(key) ? this.older.get(key) : new Bucket(this.burst, nowMs);
    if (this.recent.size >= this.maxKeys) {
      this.older = this.recent;
      this.recent = new Map<string, Bucket>();
    }
    this.recent.set(key, bucket);
    return bucket;
  }
}
