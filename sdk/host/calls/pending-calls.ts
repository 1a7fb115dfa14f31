import { Status } from "../abi.js";
import type { CallOwner } from "./call-owner.js";
import type { CallKind } from "./call-tokens.js";

/** The token of a call that was sent, or the status that says why it was not. */
export type DispatchResult = { token: number } | { status: Status };

/**
 * The calls of one kind that a plugin has in flight, each with one result. They belong to the root context, not to a
 * stream.
 */
export abstract class PendingCalls<Result> {
  private readonly pending = new Map<number, () => void>();

  constructor(
    protected readonly owner: CallOwner,
    private readonly kind: CallKind,
  ) {}

  /** The number of calls without a result. */
  get size(): number {
    return this.pending.size;
  }

  cancelAll(): void {
    for (const cancel of this.pending.values()) cancel();
    this.pending.clear();
  }

  /**
   * Makes a call.
   *
   * @param send returns a function that cancels the call, or undefined if the call cannot be sent
   */
  protected begin(send: (done: (result: Result) => void) => (() => void) | undefined): DispatchResult {
    const token = this.owner.vm.callTokens.next(this.kind);
    let sending = true;
    let settled = false;
    const cancel = send((result) => {
      if (settled) return;
      settled = true;
      if (!sending) this.settle(token, result);
    });
    sending = false;
    // A result before `send` has returned means that Envoy's client would not have sent the call.
    if (!cancel || settled) return { status: Status.InternalFailure };
    this.pending.set(token, cancel);
    return { token };
  }

  /** Calls the plugin with the result. */
  protected abstract deliver(token: number, result: Result): void;

  private settle(token: number, result: Result): void {
    this.owner.vm.whenIdle(() => {
      if (!this.pending.has(token)) return;
      this.deliver(token, result);
      this.pending.delete(token);
    });
  }
}
