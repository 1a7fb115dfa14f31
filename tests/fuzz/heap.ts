/** How many bytes more are noise of the collector. */
const MOST_GROWTH = 4 * 1024 * 1024;
/** Below so many sequences nothing is warm. */
const FEWEST = 50_000;

/** Whether Node's heap stays where it is: after the first tenth of the sequences, and at the end. */
export class HeapCheck {
  private before: number | undefined;

  constructor(private readonly count: number) {}

  /** Tells how many sequences have been played; at a moment when nothing of them is left. */
  played(done: number): void {
    if (this.before === undefined && done >= Math.max(FEWEST, this.count / 10)) this.before = used();
  }

  /** @throws when it has grown */
  check(): string {
    if (this.before === undefined || !globalThis.gc) return "too few to compare memory";
    const after = used();
    const said = `heap: ${kib(this.before)} after the warm-up, ${kib(after)} at the end`;
    if (after > this.before + MOST_GROWTH) throw new Error(`memory has grown: ${said}`);
    return said;
  }
}

function used(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function kib(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`;
}
