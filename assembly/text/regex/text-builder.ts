/** Joins parts of texts, without a copy of the whole text for each part. */
export class TextBuilder {
  private buffer: ArrayBuffer = new ArrayBuffer(256);
  private size: i32 = 0;

  /** Adds the part of a text between two indexes. */
  add(text: string, from: i32, to: i32): void {
    if (to <= from) return;
    const added = (to - from) << 1;
    if (this.size + added > this.buffer.byteLength) {
      const larger = new ArrayBuffer(max(this.size + added, this.buffer.byteLength << 1));
      memory.copy(changetype<usize>(larger), changetype<usize>(this.buffer), this.size);
      this.buffer = larger;
    }
    memory.copy(changetype<usize>(this.buffer) + this.size, changetype<usize>(text) + ((<usize>from) << 1), added);
    this.size += added;
  }

  toString(): string {
    return String.UTF16.decodeUnsafe(changetype<usize>(this.buffer), this.size);
  }
}
