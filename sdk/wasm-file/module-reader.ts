/** Magic number and version. */
const HEADER_SIZE = 8;

/** A section: its number, where it begins with that, and where it ends. */
export interface Section {
  id: number;
  from: number;
  to: number;
}

/**
 * Reads the parts of a WebAssembly module. Nothing is checked; behind the last byte there are zeros.
 *
 * @example
 * const reader = new ModuleReader(bytes);
 * for (const { id } of reader.sections()) if (id === 3) reader.list(() => functions.push(reader.integer()));
 */
export class ModuleReader {
  /** @param at where to begin: behind the module's header, unless given */
  constructor(
    private readonly bytes: Uint8Array,
    public at = HEADER_SIZE,
  ) {}

  byte(): number {
    return this.bytes[this.at++] ?? 0;
  }

  /** LEB128, unsigned. */
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

  /** Reads a count, and as many times what follows. */
  list(read: () => unknown): void {
    for (let left = this.integer(); left > 0; left--) read();
  }

  /** The sections from here, or the parts of the section "name", which are like them. For each it is at its content. */
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
