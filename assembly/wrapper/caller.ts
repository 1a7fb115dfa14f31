import { PendingCall } from "../context/calls";
import { Log } from "./log";

/**
 * What makes calls: a request (`HttpContext`), a connection (`TcpContext`) or the plugin itself (`PluginContext`). A call
 * handler gets the caller back.
 */
export interface Caller {
  /** The number of the context in the VM. */
  readonly id: u32;

  /** @internal The log that the call handler gets. */
  readonly log: Log;

  /** @internal Whether the caller no longer exists. */
  readonly isOver: bool;

  /** @internal The host for calls whose URL and cluster have no host. */
  callHost(): string;

  /** @internal Registers a call that was sent. */
  addCall(call: PendingCall): void;

  /** @internal Notes that the result of a call has arrived. */
  callDone(): void;

  /** @internal Forgets a call that the plugin has cancelled. */
  dropCall(token: u32): void;

  /** @internal Makes the following log lines those of this caller. */
  begin(): void;

  /** @internal Warns if nothing will resume what the caller has paused. */
  warnIfStuck(): void;
}
