import { integerText } from "../abi/decimal";
import { adopt, defer, ownContext } from "../abi/entry";
import { BufferType, DataStatus, Status, StreamType, TrailersStatus } from "../abi/enums";
import { CHUNK_PAUSES, ROUTE_CALLS, TEXT_BODIES } from "../abi/features";
import { isUsed, OWN_CALLBACKS } from "../abi/used";
import { bodySize, emptyBody, writeBody } from "../proxywasm/body-buffer";
import { readBuffer } from "../proxywasm/buffer";
import { Headers } from "../proxywasm/headers";
import { Body } from "./body";
import { KeptChunks } from "./kept-chunks";
import { BodyChoice } from "./body-choice";
import { canHoldHeaders, responseHasEnded, routerLacksHeaders } from "./gateway-state";
import { MessageHooks } from "./handlers";
import { Pause, Resumer } from "./pause";
import { contentTypeOf, isGrpc, isText } from "./media-type";
import { PluginStream } from "./plugin-stream";
import { UnreportedEnd } from "./unreported-end";

/** The default limit of the SDK's buffer for a body, the same as Envoy's default. */
const BODY_LIMIT = 1024 * 1024;

/** The state of a message's body. */
enum Mode {
  /** The body passes without a hook, or its hook has run. */
  Pass,
  /** The body is buffered. The hook on the whole body runs when the body has ended. */
  Whole,
  /** The hook on chunks runs for each chunk. */
  Chunks,
  /** The message was replaced by a local reply. No further byte passes. */
  Rejected,
}

/** Whether and how a body has ended while its hook waits for the pause of the headers hook to end. */
enum Ended {
  No,
  WithoutTrailers,
  WithTrailers,
}

/**
 * Runs a plugin's hooks on the body and the trailers of one message. The hook on the whole body runs once, when the body
 * ends or when trailers arrive. If a message has trailers, Envoy does not report the end of its body.
 *
 * No byte of a body passes before the hook on the whole body has decided, whatever other filters the chain has:
 *
 * - If the host can hold headers, the headers wait too, so later filters have not seen the message. The body is in the
 *   host's buffer.
 * - Otherwise a later filter may resume the stream at any time and send on the contents of the host's buffer. So the SDK
 *   keeps the body in the VM, and writes it back to the host's buffer when the body has ended.
 */
export class BodyFlow<C> extends Resumer {
  /** The end of the response was guessed. Bytes that arrive after it must not pass. */
  private hasGuessed: bool = false;
  private unreportedEnd: UnreportedEnd | null = null;

  private mode: Mode = Mode.Pass;
  private encoding: string = "";
  private writable: bool = false;
  private holdsHeaders: bool = false;
  private ended: Ended = Ended.No;
  private sawTrailers: bool = false;
  private kept: KeptChunks | null = null;
  /** The hook on chunks has paused the message. */
  private waits: bool = false;
  /** The hook on chunks has paused the message before or now. */
  private hasWaited: bool = false;
  private body: Body | null = null;
  /** The number of bytes in the host's buffer while the host holds the headers. */
  private buffered: i32 = 0;

  constructor(
    private stream: PluginStream<C>,
    private hooks: MessageHooks<C>,
    private buffer: BufferType,
  ) {
    super();
  }

  /** Decides how the body is handled. Called while the headers exist, and only if the message has a body. */
  begin(headers: Headers): void {
    const choice = this.choice;
    const whole = this.hooks.body !== null;
    const chunks = this.hooks.chunks !== null && !(whole && choice == BodyChoice.Buffer);
    if ((!whole && !chunks) || choice == BodyChoice.Skip) return;
    if (chunks) this.mode = Mode.Chunks;
    else if (choice == BodyChoice.Buffer || !this.bypassesHook(headers)) this.mode = Mode.Whole;
    else return;
    this.encoding = headers.getOr("content-encoding", "");
    // Envoy does not correct content-length. A body of another length would shift the messages after it on the connection.
    this.writable = chunks ? this.hooks.writesChunks : this.hooks.writesBody;
    // A response that another filter ends while the SDK keeps its body would be too short as well.
    const mayKeep = chunks ? CHUNK_PAUSES : !canHoldHeaders();
    const mayEndShort = !this.isRequest && mayKeep;
    if ((this.writable || mayEndShort) && headers.has("content-length")) {
      const deleted = headers.delete("content-length") === null;
      if (!deleted) this.writable = false;
    }
    if (!chunks) this.pause.resumer = this;
  }

  /** Whether the body is buffered for the hook on the whole body. */
  get isWhole(): bool {
    return this.mode == Mode.Whole;
  }

  /** Called if the host holds the headers until the body hook has decided. */
  holdHeaders(): void {
    this.holdsHeaders = true;
  }

  onBody(size: i32, endOfStream: bool): DataStatus {
    if (this.mode == Mode.Rejected || this.hasInjectedEnd) return DataStatus.StopIterationNoBuffer;
    if (this.mode != Mode.Pass && this.choice == BodyChoice.Skip) this.skipHook();
    if (this.mode == Mode.Pass) {
      if (this.hasGuessed && size > this.sizeAtEnd) {
        return this.failChunk(
          "a response continues after it seemed to have ended: a filter between the upstream and the plugin sends it in parts",
        );
      }
      return this.chunkStatus;
    }
    if (this.mode == Mode.Chunks) {
      // The chunk is empty if a later filter has resumed the stream while another filter buffers the body.
      if (size != 0 || endOfStream) this.runChunkHook(readBuffer(this.buffer, size), endOfStream);
      return this.chunkStatus;
    }
    if (!endOfStream && !this.isUnreportedEnd(size)) return this.bufferChunk(size);
    if (this.holdsHeaders && this.pause.isPaused) {
      this.ended = Ended.WithoutTrailers;
      return DataStatus.StopIterationAndBuffer;
    }
    if (this.isTooLarge(size)) return DataStatus.StopIterationNoBuffer;
    if (!endOfStream) this.hasGuessed = true;
    return this.runHooks(false) ? DataStatus.StopIterationAndBuffer : DataStatus.Continue;
  }

  onTrailers(): TrailersStatus {
    if (this.mode == Mode.Rejected) return TrailersStatus.StopIteration;
    // Envoy calls this again for a message that was resumed below, or that another filter resumes twice.
    if (this.sawTrailers) return this.pause.isPaused ? TrailersStatus.StopIteration : TrailersStatus.Continue;
    this.sawTrailers = true;
    if (this.choice == BodyChoice.Skip) this.skipHook();
    const isWhole = this.mode == Mode.Whole;
    if (isWhole && this.holdsHeaders && this.pause.isPaused) {
      this.ended = Ended.WithTrailers;
      return TrailersStatus.StopIteration;
    }
    if (this.runHooks(true)) return TrailersStatus.StopIteration;
    // If the message was paused, Envoy calls the body and the trailers callbacks in a row. It would then lose the
    // buffered body (1.40, FilterManager::decodeData: the filter counts as ended), unless the message is resumed before
    // this callback returns.
    // A hook on chunks that has paused the message leaves the last chunk in the host's buffer, too.
    const isBuffered = CHUNK_PAUSES && this.hasWaited;
    if (!isBuffered && (!isWhole || this.holdsHeaders || !this.pause.wasPaused)) return TrailersStatus.Continue;
    this.pause.continueMessage();
    return TrailersStatus.StopIteration;
  }

  /** The status of the callback for a chunk that passes without a hook on the whole body, or after its hook. */
  private get chunkStatus(): DataStatus {
    if (CHUNK_PAUSES && this.mode == Mode.Rejected) return DataStatus.StopIterationNoBuffer;
    if (this.pause.isPaused) return DataStatus.StopIterationAndBuffer;
    if (!CHUNK_PAUSES || !this.hasWaited) return DataStatus.Continue;
    // After a pause, the host moves the next chunk into its buffer for paused messages. With the status Continue, Higress
    // would pass on an empty chunk instead (Context::encodeData of its Envoy 1.36).
    this.pause.continueMessage();
    return DataStatus.StopIterationAndBuffer;
  }

  /** Whether the plugin has injected the end of this response: nothing else may follow. */
  private get hasInjectedEnd(): bool {
    return CHUNK_PAUSES && !this.isRequest && this.stream.ctx.extras().hasInjectedEnd;
  }

  /**
   * Runs the body hook of a message that another stream has resumed, or whose end the host has not reported.
   *
   * @returns false while the message needs more ticks
   */
  override onTick(): bool {
    const ctx = this.stream.ctx;
    if (this.isReplaced) return true;
    if (this.ended != Ended.No && !this.pause.isPaused && !ctx.isOver) {
      this.run();
      return true;
    }
    if (this.mode != Mode.Whole || ctx.isOver) return true;
    const end = this.unreportedEnd;
    if (end === null || !end.onTick(ctx.id)) return false;
    this.ended = Ended.WithoutTrailers;
    this.hasGuessed = true;
    if (!this.pause.isPaused) this.run();
    return true;
  }

  /** Called when the stream ends. Warns if a filter between the plugin and the client has ended the response early. */
  onStreamDone(): void {
    const kept = this.kept;
    if (kept === null || kept.length == 0 || this.isReplaced || !responseHasEnded(this.stream.id)) return;
    this.stream.log.warn("a response ended without the bytes that were buffered for its hook");
  }

  override onResume(): bool {
    if (CHUNK_PAUSES && this.waits) {
      this.waits = false;
      this.wantsPause = false;
      return this.putBackKept() || !this.failToWrite();
    }
    if (this.mode == Mode.Whole && this.holdsHeaders) {
      if (this.choice == BodyChoice.Skip) {
        this.skipHook();
        // The trailers hook must still run.
        if (this.ended != Ended.WithTrailers) return true;
      }
      if (this.ended == Ended.No) return false;
      // The body hook must not run inside the plugin's code that resumes the message. It must not run in a callback for
      // another stream either: a local reply to this stream would stop the other stream.
      const isOwnEntry = ownContext() == this.stream.id;
      if (isOwnEntry || isUsed(OWN_CALLBACKS)) defer(this);
      else this.stream.root.watch(this);
      return false;
    }
    const body = this.body;
    return body === null || body.putBack() || !this.failToWrite();
  }

  /** Watches for an end of the response that the host does not report. Called for each chunk. */
  private expectUnreportedEnd(isEmpty: bool): void {
    let end = this.unreportedEnd;
    if (end === null) {
      end = new UnreportedEnd();
      this.unreportedEnd = end;
    }
    end.onChunk(isEmpty);
    this.stream.root.watch(this);
  }

  /** Runs the hooks on a body that ended while the headers hook had paused the message. */
  override run(): void {
    const ctx = this.stream.ctx;
    const withTrailers = this.ended == Ended.WithTrailers;
    // A tick must not run the hooks again.
    this.ended = Ended.No;
    if (ctx.isOver || this.isReplaced || this.mode == Mode.Rejected || !adopt(ctx.id)) return;
    ctx.begin();
    if (this.choice == BodyChoice.Skip) this.skipHook();
    if (!this.runHooks(withTrailers)) this.pause.continueMessage();
  }

  /**
   * Whether an empty chunk is the unreported end of a response, in a plugin with its own callbacks, where `onTick` is not
   * called.
   */
  private isUnreportedEnd(size: i32): bool {
    return isUsed(OWN_CALLBACKS) && !this.isRequest && this.isEmpty(size) && responseHasEnded(this.stream.id);
  }

  /** Whether a chunk after the first byte is empty. Before it, the resume of another filter brings empty chunks. */
  private isEmpty(size: i32): bool {
    const kept = this.kept;
    return size == this.buffered && (size > 0 || (kept !== null && kept.length > 0));
  }

  /** The size of the host's buffer when the end of the response was guessed, and after each write of the plugin since. */
  private get sizeAtEnd(): i32 {
    const body = this.body;
    return body !== null && this.holdsHeaders && this.pause.isPaused ? body.hostSize : 0;
  }

  /** Whether a local reply has replaced this message. */
  private get isReplaced(): bool {
    const ctx = this.stream.ctx;
    return this.isRequest ? ctx.hasReplied : ctx.isReplaced;
  }

  /** Buffers a chunk of a body that has not ended. */
  private bufferChunk(size: i32): DataStatus {
    if (!this.isRequest) this.expectUnreportedEnd(this.isEmpty(size));
    if (this.holdsHeaders) {
      this.buffered = size;
      return DataStatus.StopIterationAndBuffer;
    }
    const kept = this.keptChunks();
    if (this.isTooLarge(size)) return DataStatus.StopIterationNoBuffer;
    if (kept.take(size)) return DataStatus.StopIterationAndBuffer;
    return this.failChunk("a chunk of the body could not be removed from the gateway's buffer");
  }

  private keptChunks(): KeptChunks {
    let kept = this.kept;
    if (kept === null) {
      kept = new KeptChunks(this.buffer);
      this.kept = kept;
    }
    return kept;
  }

  /** Runs the hooks on a body that has ended, and on its trailers. Returns whether the message is paused. */
  private runHooks(withTrailers: bool): bool {
    const stream = this.stream;
    const ctx = stream.ctx;
    const pause = this.pause;
    const hadReplied = ctx.hasReplied;
    let isPaused = pause.isPaused;
    if (this.mode == Mode.Whole) isPaused = this.runBodyHook();
    else if (this.mode == Mode.Chunks) {
      this.runChunkHook(new ArrayBuffer(0), true);
      isPaused = pause.isPaused;
    }
    const hook = this.hooks.trailers;
    const config = stream.config;
    if (withTrailers && hook !== null && config !== null && ctx.hasReplied == hadReplied) {
      pause.beginHook();
      if (stream.endHook(pause, hook.run(ctx, config, stream.log), hadReplied)) isPaused = true;
    }
    if (pause.isPaused && !this.isReplaced && !this.holdsHeaders) this.guardPause();
    return isPaused;
  }

  /** Runs the hook on the whole body. Returns whether the message is paused. */
  private runBodyHook(): bool {
    this.mode = Mode.Pass;
    const hook = this.hooks.body;
    const stream = this.stream;
    const ctx = stream.ctx;
    const config = stream.config;
    if (hook === null || config === null) return false;
    if (!this.putBackKept()) return this.failToWrite();
    if (ROUTE_CALLS && this.isRequest) ctx.extras().hasWholeRequest = true;
    const hadReplied = ctx.hasReplied;
    const body = new Body(ctx.id, this.buffer, this.encoding, this.writable);
    this.body = body;
    if (this.hasGuessed) body.hostSize = bodySize(this.buffer);
    const pause = this.pause;
    pause.beginHook();
    return stream.endHook(pause, hook.run(ctx, config, body, stream.log), hadReplied);
  }

  /**
   * Protects a message that a hook has paused at its end, after its headers have continued. A later filter that holds the
   * headers would end the request without its body when it resumes them, so the request is rejected.
   */
  private guardPause(): void {
    if (this.stream.root.handlers.failOpen) return;
    const body = this.body;
    if (this.isRequest && routerLacksHeaders(this.stream.id)) {
      this.failMessage(
        "a filter after this plugin holds the request headers, so a Pause in a hook on the body or the trailers cannot " +
          "protect the upstream: place that filter before this plugin",
      );
    } else if (body !== null && !body.keep())
      this.failMessage("the body could not be removed from the gateway's buffer");
  }

  /** Lets the body pass from now on without its hook. */
  private skipHook(): void {
    // The chunks of a message that waits stay in the VM until it is resumed.
    if (CHUNK_PAUSES && this.waits) this.mode = Mode.Pass;
    else if (!this.putBackKept()) this.failToWrite();
    else this.mode = Mode.Pass;
  }

  /** Whether the plugin wants the hook on chunks to pause the message. */
  private get wantsPause(): bool {
    const extras = this.stream.ctx.extras();
    return this.isRequest ? extras.pausesRequest : extras.pausesResponse;
  }

  private set wantsPause(wants: bool) {
    const extras = this.stream.ctx.extras();
    if (this.isRequest) extras.pausesRequest = wants;
    else extras.pausesResponse = wants;
  }

  /** Puts the kept chunks back into the host's buffer. Returns false if the host does not accept them. */
  private putBackKept(): bool {
    const kept = this.kept;
    return kept === null || kept.putBack();
  }

  /** Sends a local reply if the body is larger than its limit. Returns whether it is. */
  private isTooLarge(size: i32): bool {
    const ctx = this.stream.ctx;
    const kept = this.kept;
    let limit = this.isRequest ? ctx.requestBodyLimit : ctx.responseBodyLimit;
    if (limit < 0) limit = BODY_LIMIT;
    // If the host holds the headers, the gateway's own limit applies. A local reply of this plugin cannot be replaced.
    if (!this.isRequest && ctx.hasReplied) return false;
    if (this.holdsHeaders || size <= limit - (kept === null ? 0 : kept.length)) return false;
    this.mode = Mode.Rejected;
    this.stream.log.warn("a body is larger than the limit of " + integerText(limit) + " bytes");
    if (this.isRequest) ctx.replyInstead(413, "Payload Too Large", "request_payload_too_large");
    else ctx.replyInstead(500, "Internal Server Error", "response_payload_too_large");
    return true;
  }

  /**
   * Logs an error, and sends a local reply instead of a message whose body the SDK can no longer protect.
   *
   * @returns false for a local reply of this plugin, which cannot be replaced: it passes
   */
  private failMessage(why: string): bool {
    this.stream.log.error(why);
    if (!this.isRequest && this.stream.ctx.hasReplied) {
      this.mode = Mode.Pass;
      return false;
    }
    this.mode = Mode.Rejected;
    this.stream.ctx.replyInstead(500, "", "plugin_failed");
    return true;
  }

  /** As `failMessage`, for a body that could not be put back. */
  private failToWrite(): bool {
    return this.failMessage("the body could not be written to the gateway's buffer");
  }

  /** As `failMessage`, in a callback for a chunk. Returns the status of the callback. */
  private failChunk(why: string): DataStatus {
    return this.failMessage(why) ? DataStatus.StopIterationNoBuffer : DataStatus.Continue;
  }

  /** Whether a body passes without the hook on whole bodies. */
  private bypassesHook(headers: Headers): bool {
    if (TEXT_BODIES && this.stream.root.handlers.onlyText && !isText(headers)) return true;
    const type = contentTypeOf(headers);
    if (isGrpc(type)) return this.stream.root.handlers.passesGrpc && !headers.has("content-length");
    // Only for responses: a client could send this content type to bypass the hook.
    if (this.isRequest || !type.startsWith("text/event-stream")) return false;
    this.stream.root.warnOfEventStream();
    return true;
  }

  private get pause(): Pause {
    const ctx = this.stream.ctx;
    return ctx.pauseOf(this.isRequest ? StreamType.Request : StreamType.Response);
  }

  private get choice(): BodyChoice {
    const ctx = this.stream.ctx;
    return this.isRequest ? ctx.requestBodyChoice : ctx.responseBodyChoice;
  }

  private get isRequest(): bool {
    return this.buffer == BufferType.RequestBody;
  }

  /** Runs the hook on chunks, and writes its return value to the host's buffer if the hook may change chunks. */
  private runChunkHook(chunk: ArrayBuffer, isLast: bool): void {
    if (isLast) this.mode = Mode.Pass;
    const hook = this.hooks.chunks;
    const stream = this.stream;
    const config = stream.config;
    if (hook === null || config === null) return;
    const pause = this.pause;
    if (CHUNK_PAUSES) pause.beginHook();
    const result = hook.run(stream.ctx, config, chunk, isLast, stream.log);
    if (CHUNK_PAUSES && this.endChunkHook(chunk, result, isLast)) return;
    if (!this.writable) return;
    if (chunk.byteLength == 0 && result.byteLength == 0) return;
    if (writeBody(this.buffer, 0, i32.MAX_VALUE, result) == Status.Ok) return;
    this.warnOfLostChunk();
  }

  private warnOfLostChunk(): void {
    this.stream.log.warn("the return value of the hook on chunks is lost: trailers have ended the body");
  }

  /**
   * Ends the hook on chunks in a plugin that may pause the message there. While the message waits, the SDK keeps what the
   * hook returns in the VM, and the host's buffer stays empty.
   *
   * @returns whether the message waits, or was rejected
   */
  private endChunkHook(chunk: ArrayBuffer, result: ArrayBuffer, isLast: bool): bool {
    const pause = this.pause;
    const isReleased = pause.isReleased;
    if (isReleased) this.wantsPause = false;
    // Trailers have ended the body, and the host has no buffer for a last chunk.
    const isLost = this.sawTrailers && !this.hasWaited;
    if (pause.endHook(this.wantsPause && !this.waits)) {
      this.waits = true;
      this.hasWaited = true;
      pause.resumer = this;
    }
    if (!this.waits) return false;
    if (isLost) {
      if (result.byteLength > 0) this.warnOfLostChunk();
      return true;
    }
    const kept = this.keptChunks();
    // A hook that only reads may have written to its copy of the chunk.
    const isTaken = this.writable ? chunk.byteLength == 0 || emptyBody(this.buffer) : kept.take(chunk.byteLength);
    if (!isTaken) {
      this.failMessage("a chunk of the body could not be removed from the gateway's buffer");
      return true;
    }
    if (this.writable) kept.add(result);
    if (isReleased) {
      this.waits = false;
      pause.drop();
      if (!this.putBackKept()) this.failToWrite();
    } else if (!this.isTooLarge(0) && isLast && !this.isReplaced) {
      this.guardPause();
      if (this.mode != Mode.Rejected) this.stream.ctx.warnIfStuck();
    }
    return true;
  }
}
