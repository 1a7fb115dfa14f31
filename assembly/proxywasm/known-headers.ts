import { HeaderKey, keyOf, keyRoom } from "./header-key";

/** The header is not there. */
export const ABSENT: usize = 0;
/** Nothing is known besides the headers that were fetched. */
export const UNKNOWN: usize = 1;
/** The header has changed since the headers were fetched, so the host must be asked. */
export const STALE: usize = 2;

/** What is known about a header. */
// @ts-ignore: decorator
@unmanaged
export class KnownHeader {
  /** A slot of another generation is free. */
  generation: u32 = 0;
  key: HeaderKey = changetype<HeaderKey>(0);
  /** The address of the string with the value, or one of the constants above. */
  value: usize = 0;

  /** The place in the queue of the write that waits, from 1 on; 0 if no write waits. */
  place: u32 = 0;
  /** The bytes of the new value. */
  bytes: usize = 0;
  size: i32 = 0;
  /** The value before the write. */
  before: usize = 0;
  /** Makes the size 32 bytes, so that the address of a slot is a shift. */
  private unused: u32 = 0;
}

const SLOTS: i32 = 64;
const SLOT_SIZE: i32 = <i32>offsetof<KnownHeader>();
/** The most slots in use. More than three quarters would make the search slow. */
const MOST: i32 = 48;
/** The bytes of the slots, and of the queue behind them. */
const SLOTS_SIZE: i32 = SLOTS * SLOT_SIZE;
const QUEUE_SIZE: i32 = MOST * 4;
/** The bytes of memory of one table. */
const BLOCK: i32 = 8192;
/** The longest name whose key is written to the table's own memory. */
const LONGEST: i32 = 256;
/** The bytes of memory that its key needs at most. */
const LONGEST_KEY: i32 = <i32>offsetof<HeaderKey>() + 3 * LONGEST + 8;

/**
 * A hash table of headers, by name. Its memory is outside the heap of the collector, and nothing is freed: what the table
 * refers to is valid until the entry ends, because the collector runs only between entries. `forget` empties the table.
 *
 *     ┌ block ──┬───────┬─────────────────────────────┬────────────────┐
 *     │ slots   │ queue │ names and values → top …    │ room for a key │
 *     └─────────┴───────┴─────────────────────────────┴────────────────┘
 */
// @ts-ignore: decorator
@unmanaged
export class KnownHeaders {
  private slots: usize = 0;
  private generation: u32 = 0;
  private count: i32 = 0;
  private top: usize = 0;
  /** The number of places of the queue that were given, and how many of them still have a write. */
  private places: u32 = 0;
  private waiting: u32 = 0;

  /** Empties the table. */
  protected forget(): void {
    let slots = this.slots;
    if (slots == 0 || this.generation == u32.MAX_VALUE) {
      if (slots == 0) slots = heap.alloc(BLOCK);
      this.slots = slots;
      memory.fill(slots, 0, SLOTS_SIZE);
      this.generation = 0;
    }
    this.generation++;
    this.count = 0;
    this.top = slots + (SLOTS_SIZE + QUEUE_SIZE);
  }

  /** Whether the table must be emptied before the next key is made. */
  protected get isFull(): bool {
    return this.count >= MOST || this.top > this.slots + (BLOCK - LONGEST_KEY);
  }

  /** The key of a name. It is valid until the next key is made. */
  protected newKey(name: string): HeaderKey {
    const length = name.length;
    return keyOf(name, length <= LONGEST ? this.top : changetype<usize>(new ArrayBuffer(keyRoom(length))));
  }

  /** Returns the slot of a name, or null if the table does not have the name. */
  protected find(key: HeaderKey): KnownHeader | null {
    const found = this.search(key);
    return found.generation == this.generation ? found : null;
  }

  /** Returns the slot of a name. Takes a free slot if the table does not have the name. Do not call it on a full table. */
  protected at(key: HeaderKey): KnownHeader {
    const found = this.search(key);
    if (found.generation == this.generation) return found;
    found.generation = this.generation;
    found.key = this.kept(key);
    found.value = UNKNOWN;
    found.place = 0;
    this.count++;
    return found;
  }

  /** Returns the slot of a name, or the free slot for the name. */
  private search(key: HeaderKey): KnownHeader {
    const generation = this.generation;
    const slots = this.slots;
    let i = key.hash;
    while (true) {
      const slot = changetype<KnownHeader>(slots + <usize>(i & (SLOTS - 1)) * SLOT_SIZE);
      if (slot.generation != generation || slot.key.equals(key)) return slot;
      i++;
    }
  }

  /** Whether a write waits. */
  protected get hasWaiting(): bool {
    return this.waiting != 0;
  }

  /** Puts a write at the end of the queue, instead of one of the same header. Returns false if the queue is full. */
  protected enqueue(header: KnownHeader, value: string, bytes: usize, size: i32): bool {
    const places = this.places;
    const place = header.place;
    if (place == 0 || place != places) {
      if (places == MOST) return false;
      if (place == 0) header.before = header.value;
      else this.dequeue(header);
      const last = this.places;
      store<usize>(this.slots + SLOTS_SIZE + ((<usize>last) << 2), changetype<usize>(header));
      this.places = last + 1;
      header.place = last + 1;
      this.waiting++;
    }
    header.value = changetype<usize>(value);
    header.bytes = bytes;
    header.size = size;
    this.keep(bytes, size);
    return true;
  }

  /** Takes a write that waits out of the queue. */
  protected dequeue(header: KnownHeader): void {
    store<usize>(this.slots + SLOTS_SIZE + ((<usize>(header.place - 1)) << 2), 0);
    header.place = 0;
    if (--this.waiting == 0) this.places = 0;
  }

  /** Empties the queue. Returns the number of its places, whose writes `written` returns until the next `enqueue`. */
  protected takeQueue(): u32 {
    const places = this.places;
    this.places = 0;
    this.waiting = 0;
    return places;
  }

  /** The write at a place of the queue, from 0 on; null if it was taken out. */
  protected written(place: u32): KnownHeader | null {
    return load<KnownHeader | null>(this.slots + SLOTS_SIZE + ((<usize>place) << 2));
  }

  /** Returns memory for `size` bytes that belong to a slot, see `keep`. */
  protected room(size: i32): usize {
    const top = this.top;
    const isLarge = <u32>size > <u32>BLOCK || top + size > this.slots + BLOCK;
    return isLarge ? changetype<usize>(new ArrayBuffer(size)) : top;
  }

  /** Keeps `size` bytes that were written to the result of `room`. */
  protected keep(room: usize, size: i32): void {
    if (room == this.top) this.top = room + ((size + 7) & ~7);
  }

  /** Keeps a key that was written to the table's memory. */
  private kept(key: HeaderKey): HeaderKey {
    const at = changetype<usize>(key);
    const slots = this.slots;
    if (at - slots >= <usize>BLOCK) return key;
    const size = HeaderKey.sizeFor(key.size);
    const top = this.top;
    if (at != top) memory.copy(top, at, size);
    this.top = top + size;
    return changetype<HeaderKey>(top);
  }
}
