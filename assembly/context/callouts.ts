import { Pairs } from "../abi/pairs";
import { Identified, IdTable } from "./id-table";

/** A call to an upstream that waits for its answer. Its id is the token that the host gave it. */
export abstract class Callout extends Identified {
  /** Whether the stream that made it still wants the answer. */
  abstract get isWanted(): bool;

  /** Hands the answer over. A call that failed has no headers. */
  abstract deliver(headers: Pairs, body: ArrayBuffer): void;
}

/** The calls of one root, by their token. Their answers come to the root. */
export class Callouts {
  private waiting: IdTable = new IdTable();

  add(callout: Callout): void {
    this.waiting.add(callout);
  }

  /** Forgets a call and returns it; null if there is none of this token. */
  take(token: u32): Callout | null {
    const callout = changetype<Callout | null>(this.waiting.find(token));
    this.waiting.remove(token);
    return callout;
  }
}

/** The calls of one stream. It knows them as this, so that only plugins that make calls have the code. */
export abstract class StreamCallouts {
  /** How many wait for their answer. */
  pending: i32 = 0;

  abstract add(callout: Callout): void;

  /** No answer is wanted any more. */
  abstract forget(): void;
}

/** The calls of one stream, among those of its root. */
export class SentCallouts extends StreamCallouts {
  private tokens: u32[] = [];

  constructor(private all: Callouts) {
    super();
  }

  override add(callout: Callout): void {
    this.pending++;
    this.tokens.push(callout.id);
    this.all.add(callout);
  }

  override forget(): void {
    for (let i = 0; i < this.tokens.length; i++) this.all.take(this.tokens[i]);
  }
}
