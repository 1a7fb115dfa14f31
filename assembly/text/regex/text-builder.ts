/** Joins parts of texts, without a copy of the whole text for each part. */
export class TextBuilder {
  private buffer: ArrayBuffer = new ArrayBuffer(256);
  private size: i32 = 0;

  /** @param room the most characters */
  constructor(private room: i32 = i32.MAX_VALUE) {}

  /** Whether the parts were longer than the room. The text then lacks some of them. */
  get isFull(): bool {
    return this.room < 0;
  }

  /** Takes up room for work that adds no text. */
  spend(characters: i32): void {
    this.room = this.room < characters ? -1 : this.room - characters;
  }

  /** Adds the part of a text between two indexes. */
  add(text: string, from: i32, to: i32): void {
    if (to <= from) return;
    this.spend(to - from);
    if (this.isFull) return;
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
