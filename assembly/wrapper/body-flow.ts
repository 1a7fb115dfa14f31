import { integerText } from "../abi/decimal";
import { adopt, defer, ownContext } from "../abi/entry";
import { BufferType, DataStatus, Status, TrailersStatus } from "../abi/enums";
import { isUsed, OWN_CALLBACKS } from "../abi/used";
import { writeBody } from "../proxywasm/body-buffer";
import { readBuffer } from "../proxywasm/buffer";
import { Headers } from "../proxywasm/headers";
import { lowerAscii } from "../proxywasm/syntax";
import { Body } from "./body";
import { BodyPieces } from "./body-pieces";
import { BodyWish } from "./body-wish";
import { responseHasEnded, routerLacksHeaders } from "./gateway-state";
import { MessageHooks } from "./handlers";
import { Hold, Resumer } from "./hold";
import { isGrpc } from "./media-type";
import { PluginStream } from "./plugin-stream";
import { UnreportedEnd } from "./unreported-end";

/** How many bytes of a body the SDK keeps unless a plugin says otherwise: Envoy's own default. */
const BODY_LIMIT = 1024 * 1024;

/** What happens to the body of a message. */
enum Mode {
  /** It passes unseen, or its hook has run. */
  Pass,
  /** It is gathered, and handed over when it has ended. */
  Whole,
  /** It is handed over as it comes. */
  Chunks,
  /** No byte passes any more: the message was refused. */
  Lost,
}

/** How a body has ended whose hook waits for the hook on the headers. */
enum Ended {
  No,
  WithoutTrailers,
  WithTrailers,
}

/**
 * Brings the body and the trailers of one message to a plugin's hooks. A whole body is handed over once, when it ends or
 * when trailers come, whichever is first: with trailers Envoy never says that the body has ended.
 *
 * No byte of a whole body passes before its hook has decided, whatever filters stand behind the plugin:
 *
 * - Where the host can hold the headers, they wait too, so no filter behind has begun. The host's buffer has the body.
 * - Elsewhere a filter behind may resume the stream at any time and send on what the host's buffer has. So the SDK keeps
 *   the body in the VM, and puts it back at its end.
 */
export class BodyFlow<C> extends Resumer {
  /** The end of the response is a guess: bytes that come after it must not pass. */
  private hasGuessed: bool = false;
  private unreportedEnd: UnreportedEnd | null = null;

  private mode: Mode = Mode.Pass;
  private encoding: string = "";
  private writable: bool = false;
  private holdsHeaders: bool = false;
  private ended: Ended = Ended.No;
  private sawTrailers: bool = false;
  private pieces: BodyPieces | null = null;
  private body: Body | null = null;
  /** How many bytes are in the host's buffer, while the headers wait. */
  private buffered: i32 = 0;

  constructor(
    private stream: PluginStream<C>,
    private hooks: MessageHooks<C>,
    private buffer: BufferType,
  ) {
    super();
  }

  /** Decides what happens to the body, while the headers are there. Only called if there is one. */
  begin(headers: Headers): void {
    const wish = this.wish;
    const whole = this.hooks.body !== null;
    const chunks = this.hooks.chunks !== null && !(whole && wish == BodyWish.Whole);
    if ((!whole && !chunks) || wish == BodyWish.None) return;
    if (chunks) this.mode = Mode.Chunks;
    else if (wish == BodyWish.Whole || !this.passesUnseen(headers)) this.mode = Mode.Whole;
    else return;
    this.encoding = headers.getOr("content-encoding", "");
    // A body of another length behind a content-length would shift the messages after it: Envoy leaves it as it is.
    this.writable = chunks || this.hooks.writesBody;
    // So would a response that another filter ends while its body is kept.
    const mayEndShort = !this.isRequest && !chunks && this.stream.mayPauseUnheld;
    if ((this.writable || mayEndShort) && headers.has("content-length")) {
      const deleted = headers.delete("content-length") === null;
      if (!deleted) this.writable = false;
    }
    if (!chunks) this.hold.resumer = this;
  }

  /** Whether the body is gathered. */
  get isWhole(): bool {
    return this.mode == Mode.Whole;
  }

  /** The host holds the headers until the hook on the body has decided. */
  holdHeaders(): void {
    this.holdsHeaders = true;
  }

  onBody(size: i32, endOfStream: bool): DataStatus {
    if (this.mode == Mode.Lost) return DataStatus.StopIterationNoBuffer;
    if (this.mode != Mode.Pass && this.wish == BodyWish.None) this.letPass();
    if (this.mode == Mode.Pass) {
      if (this.hasGuessed && size > (this.holdsHeaders && this.hold.isHeld ? this.buffered : 0)) {
        this.fail(
          "a response continues after it seemed to have ended: a filter in front of the plugin sends it in parts",
        );
        return DataStatus.StopIterationNoBuffer;
      }
      return this.hold.isHeld ? DataStatus.StopIterationAndBuffer : DataStatus.Continue;
    }
    if (this.mode == Mode.Chunks) {
      // Nothing comes when a filter behind has resumed the stream while another one keeps the body.
      if (size != 0 || endOfStream) this.runChunk(readBuffer(this.buffer, size), endOfStream);
      return DataStatus.Continue;
    }
    if (!endOfStream && !this.hasEndedUnsaid(size)) return this.gather(size);
    if (this.holdsHeaders && this.hold.isHeld) {
      this.ended = Ended.WithoutTrailers;
      return DataStatus.StopIterationAndBuffer;
    }
    if (this.isTooLarge(size)) return DataStatus.StopIterationNoBuffer;
    if (!endOfStream) this.hasGuessed = true;
    return this.finish(false) ? DataStatus.StopIterationAndBuffer : DataStatus.Continue;
  }

  onTrailers(): TrailersStatus {
    // Envoy repeats the trailers of a message that it goes on with below.
    if (this.sawTrailers) return TrailersStatus.Continue;
    this.sawTrailers = true;
    if (this.mode == Mode.Lost) return TrailersStatus.StopIteration;
    if (this.wish == BodyWish.None) this.letPass();
    const gathered = this.mode == Mode.Whole;
    if (gathered && this.holdsHeaders && this.hold.isHeld) {
      this.ended = Ended.WithTrailers;
      return TrailersStatus.StopIteration;
    }
    if (this.finish(true)) return TrailersStatus.StopIteration;
    // Where all was held, Envoy brings the body and the trailers in one go, and would lose what was gathered of
    // the body (1.40, FilterManager::decodeData: the filter counts as ended) unless it is told to go on before this ends.
    if (!gathered || this.holdsHeaders || !this.hold.hasHeld) return TrailersStatus.Continue;
    this.hold.goOn();
    return TrailersStatus.StopIteration;
  }

  /**
   * Runs the hook on a body that another stream has resumed, or whose end the host has not reported.
   *
   * @returns false while the message needs more ticks
   */
  override onTick(): bool {
    const ctx = this.stream.ctx;
    if (this.isAnswered) return true;
    if (this.ended != Ended.No && !this.hold.isHeld && !ctx.isOver) {
      this.run();
      return true;
    }
    if (this.mode != Mode.Whole || ctx.isOver) return true;
    const end = this.unreportedEnd;
    if (end === null || !end.onTick(ctx.id)) return false;
    this.ended = Ended.WithoutTrailers;
    this.hasGuessed = true;
    if (!this.hold.isHeld) this.run();
    return true;
  }

  /** The stream is over. Warns of a response that a filter nearer to the client has ended without this plugin. */
  onStreamDone(): void {
    const pieces = this.pieces;
    if (pieces === null || pieces.length == 0 || this.isAnswered || !responseHasEnded(this.stream.id)) return;
    this.stream.log.warn("a response ended without the bytes that the plugin still kept for its hook");
  }

  override onResume(): bool {
    if (this.mode == Mode.Whole && this.holdsHeaders) {
      if (this.wish == BodyWish.None) {
        this.letPass();
        // The hook on the trailers has still to run.
        if (this.ended != Ended.WithTrailers) return true;
      }
      if (this.ended == Ended.No) return false;
      // The hook on the body must not run within the code that has resumed the message, nor in a callback for another
      // stream: a local reply to this one would stop that one.
      const isOwnEntry = ownContext() == this.stream.id;
      if (isOwnEntry || isUsed(OWN_CALLBACKS)) defer(this);
      else this.stream.root.watch(this);
      return false;
    }
    const body = this.body;
    return body === null || body.putBack() || !this.fail("the gateway does not take the body back");
  }

  private expectUnreportedEnd(isEmpty: bool): void {
    let end = this.unreportedEnd;
    if (end === null) {
      end = new UnreportedEnd();
      this.unreportedEnd = end;
    }
    end.onChunk(isEmpty);
    this.stream.root.watch(this);
  }

  /** Hands over a body that has ended while the hook on the headers held the message. */
  override run(): void {
    const ctx = this.stream.ctx;
    if (ctx.isOver || this.isAnswered || this.mode == Mode.Lost || !adopt(ctx.id)) return;
    ctx.begin();
    if (this.wish == BodyWish.None) this.letPass();
    if (!this.finish(this.ended == Ended.WithTrailers)) this.hold.goOn();
  }

  /** Whether an empty piece is the end of a response, in a plugin whose ticks are its own; see `onTick`. */
  private hasEndedUnsaid(size: i32): bool {
    return isUsed(OWN_CALLBACKS) && !this.isRequest && size == this.buffered && responseHasEnded(this.stream.id);
  }

  /** Whether there is a local reply that this message does not outlast. */
  private get isAnswered(): bool {
    const ctx = this.stream.ctx;
    return this.isRequest ? ctx.isAnswered : ctx.isReplaced;
  }

  /** Keeps a piece of a body that has not ended. */
  private gather(size: i32): DataStatus {
    if (!this.isRequest) this.expectUnreportedEnd(size == this.buffered);
    if (this.holdsHeaders) {
      this.buffered = size;
      return DataStatus.StopIterationAndBuffer;
    }
    let pieces = this.pieces;
    if (pieces === null) {
      pieces = new BodyPieces(this.buffer);
      this.pieces = pieces;
    }
    if (this.isTooLarge(size)) return DataStatus.StopIterationNoBuffer;
    if (pieces.take(size)) return DataStatus.StopIterationAndBuffer;
    this.fail("the gateway does not give up a piece of the body");
    return DataStatus.StopIterationNoBuffer;
  }

  /** Runs the hooks on a body that has ended, and on its trailers; true if the message is held. */
  private finish(withTrailers: bool): bool {
    const stream = this.stream;
    const ctx = stream.ctx;
    const hold = this.hold;
    let held = hold.isHeld;
    if (this.mode == Mode.Whole) held = this.runWhole();
    else if (this.mode == Mode.Chunks) this.runChunk(new ArrayBuffer(0), true);
    const hook = this.hooks.trailers;
    const config = stream.config;
    // An answer to the request is a response: its trailers have a hook too.
    const answered = ctx.isAnswered;
    if (withTrailers && hook !== null && config !== null && (!held || !answered)) {
      hold.beginHook();
      if (stream.endHook(hold, hook.run(ctx, config, stream.log), answered)) held = true;
    }
    if (hold.isHeld && !this.isAnswered && !this.holdsHeaders) this.guardPause();
    return held;
  }

  /** Hands the whole body over; true if the message is held. */
  private runWhole(): bool {
    this.mode = Mode.Pass;
    const hook = this.hooks.body;
    const stream = this.stream;
    const ctx = stream.ctx;
    const config = stream.config;
    if (hook === null || config === null) return false;
    const pieces = this.pieces;
    if (pieces !== null && !pieces.putBack()) return this.fail("the gateway does not take the body back");
    const answered = ctx.isAnswered;
    const body = new Body(ctx.id, this.buffer, this.encoding, this.writable);
    this.body = body;
    const hold = this.hold;
    hold.beginHook();
    return stream.endHook(hold, hook.run(ctx, config, body, stream.log), answered);
  }

  /**
   * Protects a message that a hook has paused at its end, behind headers that have gone on. A filter behind that holds the
   * headers would end the request without its body when it resumes them, so the request must not get that far.
   */
  private guardPause(): void {
    if (this.stream.root.handlers.failOpen) return;
    const body = this.body;
    if (this.isRequest && routerLacksHeaders(this.stream.id)) {
      this.fail(
        "a filter behind this plugin holds the request's headers, so a Pause in a hook on the body protects nothing: " +
          "place that filter before this plugin, or let the gateway hold headers (allow_on_headers_stop_iteration)",
      );
    } else if (body !== null && !body.keep()) this.fail("the gateway does not give up the body");
  }

  /** Lets the body pass from here on without its hook. */
  private letPass(): void {
    const pieces = this.pieces;
    if (pieces !== null && !pieces.putBack()) this.fail("the gateway does not take the body back");
    else this.mode = Mode.Pass;
  }

  /** Answers a message that would need more memory than it may have. */
  private isTooLarge(size: i32): bool {
    const ctx = this.stream.ctx;
    const pieces = this.pieces;
    let limit = this.isRequest ? ctx.requestBodyLimit : ctx.responseBodyLimit;
    if (limit < 0) limit = BODY_LIMIT;
    // Where the headers wait, the gateway's own limit counts. A local reply of this plugin cannot be replaced by another one.
    if (!this.isRequest && ctx.isAnswered) return false;
    if (this.holdsHeaders || size <= limit - (pieces === null ? 0 : pieces.length)) return false;
    this.mode = Mode.Lost;
    this.stream.log.warn("a body is larger than the " + integerText(limit) + " bytes that the plugin keeps");
    if (this.isRequest) ctx.refuse(413, "Payload Too Large", "request_payload_too_large");
    else ctx.refuse(500, "Internal Server Error", "response_payload_too_large");
    return true;
  }

  /** Answers a message whose body the SDK can no longer guard. */
  private fail(why: string): bool {
    this.mode = Mode.Lost;
    this.stream.log.error(why);
    this.stream.ctx.refuse(500, "", "plugin_failed");
    return true;
  }

  /** Whether a body does not reach a hook on whole bodies. */
  private passesUnseen(headers: Headers): bool {
    const type = lowerAscii(headers.getOr("content-type", ""));
    if (isGrpc(type)) return this.stream.root.handlers.passesGrpc && !headers.has("content-length");
    // The upstream says so, not the client. A request could name itself one to pass.
    if (this.isRequest || !type.startsWith("text/event-stream")) return false;
    this.stream.root.warnOfEventStream();
    return true;
  }

  private get hold(): Hold {
    const ctx = this.stream.ctx;
    return this.isRequest ? ctx.requestHold : ctx.responseHold;
  }

  private get wish(): BodyWish {
    const ctx = this.stream.ctx;
    return this.isRequest ? ctx.requestBodyWish : ctx.responseBodyWish;
  }

  private get isRequest(): bool {
    return this.buffer == BufferType.RequestBody;
  }

  private runChunk(chunk: ArrayBuffer, isLast: bool): void {
    if (isLast) this.mode = Mode.Pass;
    const hook = this.hooks.chunks;
    const stream = this.stream;
    const config = stream.config;
    if (hook === null || config === null) return;
    const result = hook.run(stream.ctx, config, chunk, isLast, stream.log);
    if (!this.writable) return;
    if (chunk.byteLength == 0 && result.byteLength == 0) return;
    if (writeBody(this.buffer, 0, i32.MAX_VALUE, result) == Status.Ok) return;
    stream.log.warn("what the hook on pieces has returned is lost: trailers have ended the body");
  }
}
