import type { RootContext } from "../vm/root-context.js";

/** A configuration in force: its root context with the VM, and the number of streams that use them. */
export class ActiveConfiguration {
  streams = 0;
  retired = false;

  constructor(
    readonly root: RootContext,
    private readonly release: () => void,
  ) {}

  retire(): void {
    this.retired = true;
    this.endIfUnused();
  }

  /** Counts a stream that begins. Call the returned function when the stream ends. */
  beginStream(): () => void {
    this.streams++;
    return () => {
      this.streams--;
      this.endIfUnused();
    };
  }

  private endIfUnused(): void {
    if (this.retired && this.streams === 0) this.root.stop(this.release);
  }
}
