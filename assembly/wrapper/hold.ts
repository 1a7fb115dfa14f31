import { currentEntry, Deferred } from "../abi/entry";
import { StreamType } from "../abi/enums";
import { BODY_HOOKS } from "../abi/features";
import { continueStream } from "../proxywasm/stream";

/** What a resume has to do first: a body that the SDK has kept goes back, or its hook has still to run. */
export abstract class Resumer extends Deferred {
  /** The root context calls `onTick`. */
  isWatched: bool = false;

  /** Called with the last resume of a message; returns false where the message does not go on yet. */
  abstract onResume(): bool;

  /** Called at each tick while the root context watches; returns false to be called again. */
  abstract onTick(): bool;
}

/**
 * Whether the hooks of one message hold it. A host must be told to go on for a message that waits, and once: for another one
 * Envoy sends it twice, or ends.
 */
export class Hold {
  /** Who is asked before the message goes on. */
  resumer: Resumer | null = null;

  private holds: i32 = 0;
  private inHook: bool = false;
  private released: bool = false;
  private held: bool = false;
  private resumedAt: u32 = 0;

  constructor(
    private context: u32,
    private stream: StreamType,
  ) {}

  /** Whether the message waits. */
  get isHeld(): bool {
    return this.holds > 0;
  }

  /** Whether the message has ever waited. */
  get hasHeld(): bool {
    return this.held;
  }

  /** Whether the message was resumed in this entry: the host goes on when it leaves the VM, and the stream may end by that. */
  get goesOn(): bool {
    return this.resumedAt == currentEntry();
  }

  /** A hook of the message begins. */
  beginHook(): void {
    this.inHook = true;
    this.released = false;
    this.resumedAt = 0;
  }

  /** The hook has ended; true if the message waits for it from here on. */
  endHook(pauses: bool): bool {
    this.inHook = false;
    if (!pauses || this.released) return false;
    this.holds++;
    this.held = true;
    return true;
  }

  /** Ends one hold; with the last one the message goes on. In a hook of the message it undoes the pause to come. */
  release(): Error | null {
    if (this.inHook) {
      this.released = true;
      return null;
    }
    if (this.holds == 0) return new Error("it is not held");
    if (--this.holds > 0) return null;
    if (!BODY_HOOKS) return this.goOn();
    const resumer = this.resumer;
    return resumer === null || resumer.onResume() ? this.goOn() : null;
  }

  /** Tells the host to go on with the message. */
  goOn(): Error | null {
    this.resumedAt = currentEntry();
    return continueStream(this.context, this.stream);
  }
}
