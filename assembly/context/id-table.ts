/** What has an id of the host's: a context, a call. */
export abstract class Identified {
  /** Behind this one in a bucket of its table. */
  next: Identified | null = null;

  constructor(readonly id: u32) {}
}

/** Things by their id. The host counts ids up, so the lowest bits spread them. */
export class IdTable {
  private buckets: StaticArray<Identified | null> = new StaticArray<Identified | null>(16);
  private count: i32 = 0;

  /** The one with an id; null if there is none. */
  find(id: u32): Identified | null {
    let one = unchecked(this.buckets[this.bucket(id)]);
    while (one !== null && one.id != id) one = one.next;
    return one;
  }

  /** Adds one. */
  add(one: Identified): void {
    if (++this.count > this.buckets.length) this.grow();
    this.put(one);
  }

  /** Removes the one with an id, if there is one. */
  remove(id: u32): void {
    const bucket = this.bucket(id);
    let before: Identified | null = null;
    let one = unchecked(this.buckets[bucket]);
    while (one !== null && one.id != id) {
      before = one;
      one = one.next;
    }
    if (one === null) return;
    if (before === null) unchecked((this.buckets[bucket] = one.next));
    else before.next = one.next;
    // It may live on, and those behind it need not.
    one.next = null;
    this.count--;
  }

  private put(one: Identified): void {
    const bucket = this.bucket(one.id);
    one.next = unchecked(this.buckets[bucket]);
    unchecked((this.buckets[bucket] = one));
  }

  private grow(): void {
    const old = this.buckets;
    this.buckets = new StaticArray<Identified | null>(old.length << 1);
    for (let i = 0; i < old.length; i++) {
      let one = unchecked(old[i]);
      while (one !== null) {
        const next = one.next;
        this.put(one);
        one = next;
      }
    }
  }

  private bucket(id: u32): i32 {
    return id & (this.buckets.length - 1);
  }
}
