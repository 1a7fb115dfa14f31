import { Pairs } from "../abi/pairs";
import { Identified, IdTable } from "./id-table";

/** A call that waits for its response. Its id is the token from the host. */
export abstract class Callout extends Identified {
  /** Whether the stream that made the call still exists. */
  abstract get isWanted(): bool;

  /** Runs the plugin's callback with the response. A failed call has no headers. */
  abstract deliver(headers: Pairs, body: ArrayBuffer): void;
}

/** The calls of one root context, by token. The host delivers their responses to the root context. */
export class Callouts {
  private waiting: IdTable = new IdTable();

  add(callout: Callout): void {
    this.waiting.add(callout);
  }

  /** Removes a call and returns it; null if no call has this token. */
  take(token: u32): Callout | null {
    const callout = changetype<Callout | null>(this.waiting.find(token));
    this.waiting.remove(token);
    return callout;
  }
}

/** The calls of one stream. This type is abstract so that only plugins that make calls contain the implementation. */
export abstract class StreamCallouts {
  /** The number of calls that wait for their response. */
  pending: i32 = 0;

  abstract add(callout: Callout): void;

  /** Forgets all calls: their responses will be ignored. */
  abstract forget(): void;
}

/** The calls of one stream, registered in its root context. */
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
