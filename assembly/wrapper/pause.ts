import { currentEntry, Deferred } from "../abi/entry";
import { StreamType } from "../abi/enums";
import { BODY_HOOKS } from "../abi/features";
import { continueStream } from "../proxywasm/stream";

/** Work before a message continues: to put a body back into the host's buffer, or to run the hook on the body. */
export abstract class Resumer extends Deferred {
  /** The root context calls `onTick` at each tick. */
  isWatched: bool = false;

  /** Called with the last resume of a message. Returns false if the message must not continue yet. */
  abstract onResume(): bool;

  /** Called at each tick while `isWatched`. Returns true if no more ticks are needed. */
  abstract onTick(): bool;
}

/**
 * The pauses of one message. The host may be called to continue a message only if the message is paused, and only once:
 * otherwise Envoy sends the message twice, or crashes.
 */
export class Pause {
  /** Called before the message continues. */
  resumer: Resumer | null = null;

  private count: i32 = 0;
  private inHook: bool = false;
  private released: bool = false;
  private everPaused: bool = false;
  private resumedAt: u32 = 0;

  constructor(
    private context: u32,
    private stream: StreamType,
  ) {}

  /** Whether the message is paused. */
  get isPaused(): bool {
    return this.count > 0;
  }

  /** Whether the message was ever paused. */
  get wasPaused(): bool {
    return this.everPaused;
  }

  /**
   * Whether the message was resumed in this entry. The host continues the message when the callback returns, and the stream
   * may end then.
   */
  get isContinuing(): bool {
    return this.resumedAt == currentEntry();
  }

  /** Whether the current hook of the message has cancelled its pause. */
  get isReleased(): bool {
    return this.released;
  }

  /** Ends one pause, and leaves it to the caller to make the message continue. */
  drop(): void {
    this.count--;
  }

  /** A hook of the message begins. */
  beginHook(): void {
    this.inHook = true;
    this.released = false;
    this.resumedAt = 0;
  }

  /** A hook of the message has ended. Returns whether the message is paused by this hook. */
  endHook(pauses: bool): bool {
    this.inHook = false;
    if (!pauses || this.released) return false;
    this.count++;
    this.everPaused = true;
    return true;
  }

  /**
   * Ends one pause. The message continues after the last. In a hook of the message, cancels the pause that it will
   * return.
   */
  release(): Error | null {
    if (this.inHook) {
      this.released = true;
      return null;
    }
    if (this.count == 0) return new Error("it is not paused");
    if (--this.count > 0) return null;
    if (!BODY_HOOKS) return this.continueMessage();
    const resumer = this.resumer;
    return resumer === null || resumer.onResume() ? this.continueMessage() : null;
  }

  /** Makes the host continue the message. */
  continueMessage(): Error | null {
    this.resumedAt = currentEntry();
    return continueStream(this.context, this.stream);
  }
}
