import { select } from "../../abi/entry";
import { LogLevel, Status, StreamType } from "../../abi/enums";
import { PendingCall, SentCalls, StreamCalls } from "../../context/calls";
import { RootContext } from "../../context/contexts";
import { report, setReporter } from "../../proxywasm/log";
import { statusName } from "../../proxywasm/status";
import { closeStream, continueStream } from "../../proxywasm/stream";
import { Caller } from "../caller";
import { Log } from "../log";
import { Values } from "../values";

/**
 * One TCP connection of a client, and the gateway's connection to the upstream. All hooks of a connection get the same object.
 * `getProperty(["source", "address"])` and other properties of connections can be read in every hook.
 *
 * @example
 * ```ts
 * SetTcpCtx<Config>("tcp", [
 *   ProcessNewConnection<Config>((ctx, config) => {
 *     ctx.log.info("connection from " + getProperty(["source", "address"]).string());
 *     return Action.Continue;
 *   }),
 * ]);
 * ```
 */
export class TcpContext implements Caller {
  private values: Values | null = null;
  private calls: StreamCalls | null = null;
  private over: bool = false;
  private closing: bool = false;
  private paused: bool = false;
  private inHook: bool = false;
  private released: bool = false;

  /** @internal */
  constructor(
    /** The number of the stream context. It is unique in this VM while the connection exists. */
    readonly id: u32,
    /** The plugin's log. */
    readonly log: Log,
    private root: RootContext,
  ) {}

  /**
   * Lets the client's side continue, which a hook has stopped with `Action.Pause`: the data that the gateway has buffered
   * passes to the upstream without another hook of this plugin.
   *
   * @returns null, or an error, which is also logged: the client's side is not paused, or the connection is over
   */
  resume(): Error | null {
    let error: Error | null = null;
    if (this.over || this.closing) error = new Error("the connection is over");
    else if (this.inHook) this.released = true;
    else if (!this.paused) error = new Error("it is not paused");
    else {
      this.paused = false;
      error = continueStream(this.id, StreamType.Downstream);
    }
    if (error !== null) report(LogLevel.Error, "the connection cannot be resumed: " + error.message);
    return error;
  }

  /**
   * Closes both connections, to the client and to the upstream, when the current hook has returned. Data of the current hook
   * does not pass.
   *
   * @returns null, or an error, which is also logged: the connection is over
   */
  close(): Error | null {
    let status = Status.NotFound;
    if (!this.over && select(this.id)) status = this.closing ? Status.Ok : closeStream(StreamType.Downstream);
    if (status == Status.Ok) {
      this.closing = true;
      return null;
    }
    const error = new Error(status == Status.NotFound ? "the connection is over" : statusName(status));
    report(LogLevel.Error, "the connection cannot be closed: " + error.message);
    return error;
  }

  /** Stores a value for later hooks of this connection. */
  set<T>(key: string, value: T): void {
    let values = this.values;
    if (values === null) {
      values = new Values();
      this.values = values;
    }
    values.set<T>(key, value);
  }

  /** Returns a value that `set` stored; null if the key has no value of this type. For numbers and bools use `getOr`. */
  get<T>(key: string): T | null {
    const values = this.values;
    return values === null ? null : values.get<T>(key);
  }

  /** Returns a value that `set` stored, or `otherwise` if the key has no value of this type. */
  getOr<T>(key: string, otherwise: T): T {
    const values = this.values;
    return values === null ? otherwise : values.getOr<T>(key, otherwise);
  }

  /** @internal */
  get isOver(): bool {
    return this.over;
  }

  /** @internal A hook on the client's side begins. */
  beginHook(): void {
    this.inHook = true;
    this.released = false;
  }

  /** @internal A hook on the client's side has ended. Returns whether the side stops. */
  endHook(pauses: bool): bool {
    this.inHook = false;
    this.paused = pauses && !this.released;
    return this.paused || this.closing;
  }

  /** @internal Whether the plugin has closed the connection. */
  get isClosing(): bool {
    return this.closing;
  }

  /** @internal The host has no more callbacks for the connection. */
  end(): void {
    if (this.over) return;
    const calls = this.calls;
    if (calls !== null) calls.forget();
    this.over = true;
  }

  /** @internal */
  callHost(): string {
    return "";
  }

  /** @internal */
  addCall(call: PendingCall): void {
    let calls = this.calls;
    if (calls === null) {
      calls = new SentCalls(this.root.calls);
      this.calls = calls;
    }
    calls.add(call);
  }

  /** @internal */
  callDone(): void {
    const calls = this.calls;
    // A connection may make calls for hours: forget the tokens of calls that have ended.
    if (calls !== null && --calls.pending == 0) this.calls = null;
  }

  /** @internal */
  dropCall(token: u32): void {
    this.root.calls.take(token);
    this.callDone();
  }

  /** @internal */
  begin(): void {
    this.log.setRequest(null);
    setReporter(this.log);
  }

  /** @internal More data may make a hook continue, so a pause without a call is no mistake. */
  warnIfStuck(): void {}
}
