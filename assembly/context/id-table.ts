/** An object with an id from the host: a context or a call. */
export abstract class Identified {
  /** The next object in the same bucket of the table. */
  next: Identified | null = null;

  constructor(readonly id: u32) {}
}

/** A hash table of objects by id. The host counts ids up, so the lowest bits of an id are a good hash. */
export class IdTable {
  private buckets: StaticArray<Identified | null> = new StaticArray<Identified | null>(16);
  private count: i32 = 0;

  /** Returns the object with an id, or null. */
  find(id: u32): Identified | null {
    let one = unchecked(this.buckets[this.bucket(id)]);
    while (one !== null && one.id != id) one = one.next;
    return one;
  }

  /** Adds an object whose id is not in the table. */
  add(one: Identified): void {
    if (++this.count > this.buckets.length) this.grow();
    this.put(one);
  }

  /** Removes the object with an id. Returns false if the table has no such object. */
  remove(id: u32): bool {
    const bucket = this.bucket(id);
    let before: Identified | null = null;
    let one = unchecked(this.buckets[bucket]);
    while (one !== null && one.id != id) {
      before = one;
      one = one.next;
    }
    if (one === null) return false;
    if (before === null) unchecked((this.buckets[bucket] = one.next));
    else before.next = one.next;
    // The caller may keep the removed object. Without this line, it would keep the objects behind it alive.
    one.next = null;
    this.count--;
    return true;
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
