/** The size of the magic number and the version. */
const HEADER_SIZE = 8;

/** A section: its id, the position of the id, and the position of the first byte after the section. */
export interface Section {
  id: number;
  from: number;
  to: number;
}

/**
 * Reads the parts of a WebAssembly module without checks. Bytes after the end read as zeros.
 *
 * @example
 * const reader = new ModuleReader(bytes);
 * for (const { id } of reader.sections()) if (id === 3) reader.list(() => functions.push(reader.integer()));
 */
export class ModuleReader {
  /** @param at the first position to read; the end of the module's header by default */
  constructor(
    private readonly bytes: Uint8Array,
    public at = HEADER_SIZE,
  ) {}

  byte(): number {
    return this.bytes[this.at++] ?? 0;
  }

  /** Reads an unsigned LEB128 number. */
  integer(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  name(): string {
    const size = this.integer();
    this.at += size;
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + this.at - size, size).toString("utf8");
  }

  /** Reads a count, then calls `read` that many times. */
  list(read: () => unknown): void {
    for (let left = this.integer(); left > 0; left--) read();
  }

  /** The sections from the current position, or the subsections of the section "name". At each step, `at` is the position
   * of the section's content. */
  *sections(): Generator<Section> {
    while (this.at < this.bytes.length) {
      const from = this.at;
      const id = this.byte();
      const size = this.integer();
      const to = this.at + size;
      yield { id, from, to };
      this.at = to;
    }
  }
}
