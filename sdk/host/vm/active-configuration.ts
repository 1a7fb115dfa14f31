import type { Root } from "./root-context.js";

/** A configuration in force: a root, its VM, and the streams that use them. */
export class Generation {
  streams = 0;
  retired = false;

  constructor(
    readonly root: Root,
    private readonly release: () => void,
  ) {}

  retire(): void {
    this.retired = true;
    this.endIfUnused();
  }

  /** A stream begins; what comes back ends it. */
  enter(): () => void {
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
