/** A queue of byte strings, first in, first out. */
export class ByteQueue {
  private entries: (ArrayBuffer | null)[] = [];
  /** The index of the oldest entry. */
  private first: i32 = 0;

  /** The number of entries. */
  get length(): i32 {
    return this.entries.length - this.first;
  }

  push(bytes: ArrayBuffer): void {
    this.entries.push(bytes);
  }

  /** Removes and returns the oldest entry; null if the queue is empty. */
  pop(): ArrayBuffer | null {
    const entries = this.entries;
    if (this.first == entries.length) return null;
    const bytes = unchecked(entries[this.first]);
    unchecked((entries[this.first] = null));
    this.first++;
    // Move the entries only when half of the array is free, so that each entry moves once on average.
    if (this.first * 2 >= entries.length) {
      entries.splice(0, this.first);
      this.first = 0;
    }
    return bytes;
  }
}
