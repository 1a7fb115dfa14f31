/** Growth, in bytes, that may be noise of the garbage collector. */
const MOST_GROWTH = 4 * 1024 * 1024;
/** The number of sequences that warm the process up. */
const WARM_UP = 50_000;

/** Compares the size of Node's heap after the first tenth of the sequences with its size at the end. */
export class HeapCheck {
  private before: number | undefined;

  constructor(private readonly count: number) {}

  /** Takes the number of sequences so far. Call it between worlds, when no state of a sequence is left. */
  progress(done: number): void {
    if (this.before === undefined && done >= Math.max(WARM_UP, this.count / 10)) this.before = used();
  }

  /**
   * Reports both sizes.
   *
   * @throws Error when the heap has grown
   */
  check(): string {
    if (this.before === undefined || !globalThis.gc) return "too few to compare memory";
    const after = used();
    const sizes = `heap: ${kib(this.before)} after the warm-up, ${kib(after)} at the end`;
    if (after > this.before + MOST_GROWTH) throw new Error(`memory has grown: ${sizes}`);
    return sizes;
  }
}

function used(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function kib(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`;
}
