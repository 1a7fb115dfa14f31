import type { Socket } from "node:net";

/** Holds the reading of a socket back as long as anybody wants that. */
export class Reads {
  private readonly reasons = new Set<string>();

  constructor(private readonly socket: Socket) {}

  set(reason: string, held: boolean): void {
    if (held) this.reasons.add(reason);
    else this.reasons.delete(reason);
    if (this.reasons.size > 0) this.socket.pause();
    else if (!this.socket.destroyed) this.socket.resume();
  }
}
