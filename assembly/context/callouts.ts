import { Pairs } from "../abi/pairs";

/** A call to an upstream that waits for its answer. */
export abstract class Callout {
  /** Whether the stream that made it still wants the answer. */
  abstract get isWanted(): bool;

  /** Hands the answer over. A call that failed has no headers. */
  abstract deliver(headers: Pairs, body: ArrayBuffer): void;
}

/** The calls of one root, by the token that the host gave them. Their answers come to the root. */
export class Callouts {
  private waiting: Map<u32, Callout> = new Map<u32, Callout>();

  add(token: u32, callout: Callout): void {
    this.waiting.set(token, callout);
  }

  /** Forgets a call and returns it; null if there is none of this token. */
  take(token: u32): Callout | null {
    if (!this.waiting.has(token)) return null;
    const callout = this.waiting.get(token);
    this.waiting.delete(token);
    return callout;
  }
}

/** The calls of one stream. It knows them as this, so that only plugins that make calls have the code. */
export abstract class StreamCallouts {
  /** How many wait for their answer. */
  pending: i32 = 0;

  abstract add(token: u32, callout: Callout): void;

  /** No answer is wanted any more. */
  abstract forget(): void;
}

/** The calls of one stream, among those of its root. */
export class SentCallouts extends StreamCallouts {
  private tokens: u32[] = [];

  constructor(private all: Callouts) {
    super();
  }

  override add(token: u32, callout: Callout): void {
    this.pending++;
    this.tokens.push(token);
    this.all.add(token, callout);
  }

  override forget(): void {
    for (let i = 0; i < this.tokens.length; i++) this.all.take(this.tokens[i]);
  }
}
