import { Status } from "../abi.js";
import type { CallKind } from "./call-tokens.js";
import type { Root } from "../vm/root-context.js";

/** A call's token, or why it was not made. */
export type Begun = { token: number } | { status: Status };

/** The calls of one kind that a plugin has on their way, each with one answer. They belong to the plugin, not to a stream. */
export abstract class PendingCalls<Result> {
  private readonly pending = new Map<number, () => void>();

  constructor(
    protected readonly root: Root,
    private readonly kind: CallKind,
  ) {}

  /** How many wait for an answer. */
  get size(): number {
    return this.pending.size;
  }

  /** Takes all calls back. */
  cancelAll(): void {
    for (const cancel of this.pending.values()) cancel();
    this.pending.clear();
  }

  /**
   * Makes a call.
   *
   * @param send gives what takes it back, or undefined where it cannot be sent
   */
  protected begin(send: (done: (result: Result) => void) => (() => void) | undefined): Begun {
    const token = this.root.vm.callTokens.next(this.kind);
    let sending = true;
    let settled = false;
    const cancel = send((result) => {
      if (settled) return;
      settled = true;
      if (!sending) this.settle(token, result);
    });
    sending = false;
    // Done before it was sent: Envoy's client has refused it.
    if (!cancel || settled) return { status: Status.InternalFailure };
    this.pending.set(token, cancel);
    return { token };
  }

  /** Tells the plugin. */
  protected abstract answer(token: number, result: Result): void;

  private settle(token: number, result: Result): void {
    this.root.vm.whenIdle(() => {
      if (!this.pending.has(token)) return;
      this.answer(token, result);
      this.pending.delete(token);
    });
  }
}
