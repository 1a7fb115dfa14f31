import type { Readable } from "node:stream";

/** Pauses reading from a socket or another stream as long as at least one reason holds. */
export class Reads {
  private readonly reasons = new Set<string>();

  constructor(private readonly source: Readable) {}

  set(reason: string, held: boolean): void {
    if (held) this.reasons.add(reason);
    else this.reasons.delete(reason);
    if (this.reasons.size > 0) this.source.pause();
    else if (!this.source.destroyed) this.source.resume();
  }
}
