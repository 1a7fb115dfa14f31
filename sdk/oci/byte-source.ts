/** Reads a stream of chunks in pieces of any size, up to a limit. */
export class ByteSource {
  private chunk: Buffer = Buffer.alloc(0);
  private taken = 0;

  /**
   * @param limit how many bytes are read; the stream then counts as ended
   */
  constructor(
    private readonly chunks: AsyncIterator<Buffer>,
    readonly limit: number,
  ) {}

  /** Whether the stream had more bytes than the limit. */
  isCut = false;

  /** Ends the stream before its end. */
  async end(): Promise<void> {
    await this.chunks.return?.();
  }

  /** The next bytes; fewer than `size` at the end of the stream. */
  async take(size: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    await this.read(size, (part) => parts.push(part));
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  /** Passes over bytes, and returns how many there were. */
  async skip(size: number): Promise<number> {
    let skipped = 0;
    await this.read(size, (part) => (skipped += part.length));
    return skipped;
  }

  private async read(size: number, use: (part: Buffer) => void): Promise<void> {
    for (let left = size; left > 0;) {
      if (this.chunk.length === 0) {
        const next = await this.chunks.next();
        if (next.done) return;
        this.chunk = next.value;
        continue;
      }
      const count = Math.min(left, this.chunk.length, this.limit - this.taken);
      if (count === 0) {
        this.isCut = true;
        return;
      }
      use(this.chunk.subarray(0, count));
      this.chunk = this.chunk.subarray(count);
      this.taken += count;
      left -= count;
    }
  }
}
