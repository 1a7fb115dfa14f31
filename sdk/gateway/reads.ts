import type { Readable } from "node:stream";

/** Holds the reading of a socket, or of another stream, back as long as anybody wants that. */
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
