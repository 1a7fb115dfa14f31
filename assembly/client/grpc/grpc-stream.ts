import { adopt } from "../../abi/entry";
import { Status } from "../../abi/enums";
import { Pairs } from "../../abi/pairs";
import { PendingCall } from "../../context/calls";
import { cancelGrpcCall, closeGrpcStream, sendGrpcMessage } from "../../proxywasm/grpc-call";
import { Caller } from "../../wrapper/caller";
import { Log } from "../../wrapper/log";
import { GrpcResponse } from "./grpc-response";

/**
 * A gRPC stream that a plugin has begun; see `GrpcClient.stream`.
 *
 * @example
 * ```ts
 * const stream = ctx.get<GrpcStream>("stream");
 * if (stream !== null) stream.send(encodeText(ctx.path));
 * ```
 */
export class GrpcStream {
  /** Whether the plugin has ended its half. */
  private isClosed: bool = false;
  private over: bool = false;
  private call: StreamCall | null = null;
  private initialPairs: Pairs | null = null;

  /** @internal */
  constructor(
    /** @internal */
    readonly token: u32,
    /** The reason why the stream was not begun; null if it was. */
    readonly error: Error | null,
  ) {
    this.over = error !== null;
  }

  /** Whether no more messages can arrive: the stream has ended, was cancelled, or was not begun. */
  get isOver(): bool {
    return this.over;
  }

  /**
   * Sends a message.
   *
   * @param message the bytes of the message, without gRPC's frame
   * @param isLast whether the plugin sends no more messages
   * @returns `Ok`, or `NotFound` if the stream is over or the plugin has sent its last message
   */
  send(message: ArrayBuffer, isLast: bool = false): Status {
    if (this.over || this.isClosed) return Status.NotFound;
    if (isLast) this.isClosed = true;
    return sendGrpcMessage(this.token, message, isLast);
  }

  /** Tells the server that the plugin sends no more messages. The server may send more. */
  close(): Status {
    if (this.over || this.isClosed) return Status.NotFound;
    this.isClosed = true;
    return closeGrpcStream(this.token);
  }

  /** Cancels the stream. No more handlers run for it. */
  cancel(): Status {
    if (this.over) return Status.NotFound;
    this.over = true;
    const call = this.call;
    if (call !== null) call.drop();
    return cancelGrpcCall(this.token);
  }

  /**
   * Returns the metadata with which the server has begun the stream, as `[name, value]`, in order, with `:status`. Values
   * of names that end with `-bin` are base64. The handler of the first message can read the metadata.
   *
   * @returns the metadata; an empty array before the server has begun, and if its response has no message
   * @example
   * ```ts
   * function onMessage(ctx: HttpContext, config: Config, stream: GrpcStream, message: ArrayBuffer, log: Log): void {
   *   const metadata = stream.initialMetadata();
   *   for (let i = 0; i < metadata.length; i++) log.info(metadata[i][0] + ": " + metadata[i][1]);
   * }
   * ```
   */
  initialMetadata(): string[][] {
    const pairs = this.initialPairs;
    return pairs === null ? [] : pairs.list();
  }

  /** @internal */
  begin(metadata: Pairs): void {
    this.initialPairs = metadata;
  }

  /** @internal Sets the call that waits for the messages of the stream. */
  setCall(call: StreamCall): void {
    this.call = call;
  }

  /** @internal The server has ended the stream, or nobody waits for its messages any more. */
  end(): void {
    if (this.over) return;
    this.over = true;
    // The host keeps a stream until both halves have ended.
    cancelGrpcCall(this.token);
  }
}

/** The call of a stream. */
export abstract class StreamCall extends PendingCall {
  /** Called when the plugin has cancelled the stream. */
  abstract drop(): void;
}

/** A stream, and the plugin's functions for it. */
export class StreamOf<E, X extends Caller> extends StreamCall {
  private trailingPairs: Pairs | null = null;

  constructor(
    private stream: GrpcStream,
    private ctx: X,
    private env: E,
    private onMessage: (ctx: X, env: E, stream: GrpcStream, message: ArrayBuffer, log: Log) => void,
    private onEnd: (ctx: X, env: E, response: GrpcResponse, log: Log) => void,
  ) {
    super(stream.token);
    stream.setCall(this);
  }

  override drop(): void {
    this.ctx.dropCall(this.id);
  }

  override get isWanted(): bool {
    return !this.ctx.isOver && !this.stream.isOver;
  }

  override get isStream(): bool {
    return true;
  }

  override abandon(): void {
    this.stream.end();
  }

  override keepGrpcMetadata(metadata: Pairs, isTrailing: bool): void {
    if (isTrailing) this.trailingPairs = metadata;
    else this.stream.begin(metadata);
  }

  override deliverGrpcMessage(message: ArrayBuffer): void {
    const ctx = this.ctx;
    if (!adopt(ctx.id)) return;
    ctx.begin();
    const handle = this.onMessage;
    handle(ctx, this.env, this.stream, message, ctx.log);
    ctx.warnIfStuck();
  }

  override deliverGrpcEnd(status: i32, message: string): void {
    const ctx = this.ctx;
    ctx.callDone();
    this.stream.end();
    if (!adopt(ctx.id)) return;
    ctx.begin();
    const handle = this.onEnd;
    const response = new GrpcResponse(status, message, new ArrayBuffer(0), this.trailingPairs);
    handle(ctx, this.env, response, ctx.log);
    ctx.warnIfStuck();
  }
}
