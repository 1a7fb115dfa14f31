import { currentEntry } from "../abi/entry";
import { StreamType } from "../abi/enums";
import { continueStream } from "../proxywasm/stream";

/**
 * Whether the hooks of one message hold it. A host must be told to go on for a message that waits, and once: for another one
 * Envoy sends it twice, or ends.
 */
export class Hold {
  private holds: i32 = 0;
  private inHook: bool = false;
  private released: bool = false;
  private held: bool = false;
  private wentOnAt: u32 = 0;

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

  /** Whether the host was told to go on, which it does when it leaves the VM: the stream may end by that. */
  get goesOn(): bool {
    return this.wentOnAt == currentEntry();
  }

  /** A hook of the message begins. */
  beginHook(): void {
    this.inHook = true;
    this.released = false;
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
    this.wentOnAt = currentEntry();
    return continueStream(this.context, this.stream);
  }
}
