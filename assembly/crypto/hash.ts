/** Where the bytes that do not fill a block yet begin, after the state. */
const BLOCK: usize = 64;

/**
 * A hash function that takes its input in chunks, the base of `Md5`, `Sha1`, `Sha256`, `Sha384` and `Sha512`. Source: FIPS
 * 180-4; RFC 1321 for MD5.
 *
 * @example
 * ```ts
 * const hash: Hash = new Sha256();
 * hash.update(body.bytes());
 * ctx.set<string>("digest", hexEncode(hash.digest()));
 * ```
 */
export abstract class Hash {
  // The state of at most 64 bytes, and a block of at most 128 bytes.
  private memory: ArrayBuffer = new ArrayBuffer(64 + 128);
  private size: u64 = 0;

  /** @internal Not for plugins: they use the subclasses. */
  constructor(
    /** The number of bytes that the function processes at once; HMAC needs it. */
    readonly blockSize: i32,
    /** The number of bytes of a digest. */
    readonly digestSize: i32,
    /** Whether words and the length are written with the lowest byte first, as MD5 does. */
    private littleEndian: bool,
  ) {}

  /** Processes the blocks from address `p` to address `end`. */
  protected abstract compress(state: usize, p: usize, end: usize): void;

  /** @internal The address of the state. */
  protected get state(): usize {
    return changetype<usize>(this.memory);
  }

  /** Adds bytes to the input. The bytes may change afterwards. */
  update(bytes: ArrayBuffer): void {
    const blockSize = <usize>this.blockSize;
    const block = this.state + BLOCK;
    let p = changetype<usize>(bytes);
    const end = p + <usize>bytes.byteLength;
    const filled = (<usize>this.size) & (blockSize - 1);
    this.size += end - p;
    if (filled + (end - p) < blockSize) {
      memory.copy(block + filled, p, end - p);
      return;
    }
    if (filled != 0) {
      memory.copy(block + filled, p, blockSize - filled);
      p += blockSize - filled;
      this.compress(this.state, block, block + blockSize);
    }
    const whole = p + ((end - p) & ~(blockSize - 1));
    this.compress(this.state, p, whole);
    memory.copy(block, whole, end - whole);
  }

  /** Returns the digest of all bytes so far. Further calls of `update` continue the input. */
  digest(): ArrayBuffer {
    const kept = this.memory;
    this.memory = kept.slice(0);
    this.pad();
    const digest = this.words();
    this.memory = kept;
    return digest;
  }

  /** Adds the end of the input: a bit, zeros, and the number of bits. */
  private pad(): void {
    const blockSize = <usize>this.blockSize;
    const block = this.state + BLOCK;
    const end = block + blockSize;
    let p = block + ((<usize>this.size) & (blockSize - 1));
    store<u8>(p++, 0x80);
    memory.fill(p, 0, end - p);
    // The length takes an eighth of a block.
    if (p > end - (blockSize >> 3)) {
      this.compress(this.state, block, end);
      memory.fill(block, 0, blockSize);
    }
    const bits = this.size << 3;
    store<u64>(end - 8, this.littleEndian ? bits : bswap(bits));
    this.compress(this.state, block, end);
  }

  /** The digest: the words of the state, cut to its size. */
  private words(): ArrayBuffer {
    const digest = new ArrayBuffer(this.digestSize);
    const to = changetype<usize>(digest);
    const size = <usize>this.digestSize;
    memory.copy(to, this.state, size);
    if (this.littleEndian) return digest;
    if (this.blockSize == 128) {
      for (let i: usize = 0; i < size; i += 8) store<u64>(to + i, bswap(load<u64>(to + i)));
    } else {
      for (let i: usize = 0; i < size; i += 4) store<u32>(to + i, bswap(load<u32>(to + i)));
    }
    return digest;
  }
}

/** The digest of one input. */
// @ts-ignore: decorator
@inline
export function digestOf(hash: Hash, bytes: ArrayBuffer): ArrayBuffer {
  hash.update(bytes);
  return hash.digest();
}
