import { Status } from "./abi.js";

/**
 * The memory of a VM. Addresses and sizes come from the plugin, so every access is checked. An access outside the memory
 * returns undefined or false; the host call then returns `InvalidMemoryAccess`.
 */
export class GuestMemory {
  private cached: Buffer = Buffer.alloc(0);

  constructor(
    private readonly memory: WebAssembly.Memory,
    /** The plugin's allocator; it returns 0 if it has no memory left. */
    private readonly allocate: (size: number) => number,
  ) {}

  /** The size in bytes. */
  get size(): number {
    return this.memory.buffer.byteLength;
  }

  /** A copy of some bytes. */
  bytes(address: number, size: number): Buffer | undefined {
    const all = this.all();
    if (address + size > all.length) return undefined;
    return Buffer.from(all.subarray(address, address + size));
  }

  /** Some bytes as a byte string. */
  text(address: number, size: number): string | undefined {
    const all = this.all();
    if (address + size > all.length) return undefined;
    return all.toString("latin1", address, address + size);
  }

  u32(address: number): number | undefined {
    const all = this.all();
    return address + 4 > all.length ? undefined : all.readUInt32LE(address);
  }

  writable(address: number, size: number): boolean {
    return address + size <= this.all().length;
  }

  writeU32(address: number, value: number): boolean {
    const all = this.all();
    if (address + 4 > all.length) return false;
    all.writeUInt32LE(value >>> 0, address);
    return true;
  }

  writeU64(address: number, value: bigint): boolean {
    const all = this.all();
    if (address + 8 > all.length) return false;
    all.writeBigUInt64LE(BigInt.asUintN(64, value), address);
    return true;
  }

  write(address: number, bytes: Uint8Array): boolean {
    const all = this.all();
    if (address + bytes.length > all.length) return false;
    all.set(bytes, address);
    return true;
  }

  /**
   * Copies bytes into a new block of the plugin's allocator, and writes the address and the size of the block where the
   * plugin wants them. No block is allocated for empty data; the address is then 0.
   */
  copyToGuest(data: Uint8Array | string, addressAt: number, sizeAt: number): Status {
    const size = data.length;
    let address = 0;
    if (size > 0) {
      address = this.allocate(size);
      if (address === 0 || !this.writable(address, size)) return Status.InvalidMemoryAccess;
      if (typeof data === "string") this.all().write(data, address, "latin1");
      else this.all().set(data, address);
    }
    const stored = this.writeU32(addressAt, address) && this.writeU32(sizeAt, size);
    return stored ? Status.Ok : Status.InvalidMemoryAccess;
  }

  /** A view of the whole memory. Growth detaches the view, so a new one is then made. */
  private all(): Buffer {
    if (this.cached.buffer !== this.memory.buffer) this.cached = Buffer.from(this.memory.buffer);
    return this.cached;
  }
}
