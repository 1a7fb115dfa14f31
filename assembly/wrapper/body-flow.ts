import { BufferType, DataStatus, StreamType, TrailersStatus } from "../abi/enums";
import { writeBody } from "../proxywasm/body-buffer";
import { readBuffer } from "../proxywasm/buffer";
import { continueStream } from "../proxywasm/stream";
import { Headers } from "../proxywasm/headers";
import { lowerAscii } from "../proxywasm/syntax";
import { Body } from "./body";
import { BodyWish } from "./body-wish";
import { MessageHooks } from "./handlers";
import { Hold } from "./hold";
import { HttpStream } from "./http-stream";

/** What happens to the body of a message. */
enum Mode {
  /** It passes unseen. */
  Pass,
  /** It is gathered, and handed over when it has ended. */
  Whole,
  /** It is handed over as it comes. */
  Chunks,
}

/**
 * Brings the body and the trailers of one message to a plugin's hooks. A whole body is handed over once, when it ends or
 * when trailers come, whichever is first: with trailers Envoy never says that the body has ended.
 */
export class BodyFlow<C> {
  private mode: Mode = Mode.Pass;
  private encoding: string = "";
  private writable: bool = false;
  private ended: bool = false;

  constructor(
    private stream: HttpStream<C>,
    private hooks: MessageHooks<C>,
    private buffer: BufferType,
  ) {}

  /** Decides what happens to the body, while the headers are there. Only called if there is one. */
  begin(headers: Headers): void {
    const wish = this.wish;
    const whole = this.hooks.body !== null;
    const chunks = this.hooks.chunks !== null && !(whole && wish == BodyWish.Whole);
    if ((!whole && !chunks) || wish == BodyWish.None) return;
    const type = lowerAscii(headers.getOr("content-type", ""));
    // These may never end, or expect answers on the way. Of a request only gRPC: a client could name the other one to pass.
    const endless =
      (isGrpc(type) && !headers.has("content-length")) || (!this.isRequest && type.startsWith("text/event-stream"));
    if (chunks) this.mode = Mode.Chunks;
    else if (!endless || wish == BodyWish.Whole) this.mode = Mode.Whole;
    else return;
    this.encoding = headers.getOr("content-encoding", "");
    // A body of another length behind a content-length would shift the messages after it: Envoy leaves it as it is.
    this.writable = chunks || this.hooks.writesBody;
    if (this.writable && headers.has("content-length")) this.writable = headers.delete("content-length") === null;
  }

  /** Whether the body is gathered. */
  get isWhole(): bool {
    return this.mode == Mode.Whole;
  }

  onBody(size: i32, endOfStream: bool): DataStatus {
    if (this.wish == BodyWish.None) return DataStatus.Continue;
    if (this.mode == Mode.Chunks) {
      this.runChunk(readBuffer(this.buffer, size), endOfStream);
      return DataStatus.Continue;
    }
    if (this.mode == Mode.Pass) return DataStatus.Continue;
    if (!endOfStream) return DataStatus.StopIterationAndBuffer;
    return this.runWhole() ? DataStatus.StopIterationAndBuffer : DataStatus.Continue;
  }

  onTrailers(): TrailersStatus {
    // Envoy repeats the trailers of a message that it goes on with below.
    if (this.ended) return TrailersStatus.Continue;
    this.ended = true;
    const gathered = this.mode == Mode.Whole;
    let held: bool = false;
    if (this.wish == BodyWish.None) this.mode = Mode.Pass;
    if (this.mode == Mode.Whole) held = this.runWhole();
    else if (this.mode == Mode.Chunks) this.runChunk(new ArrayBuffer(0), true);
    const hook = this.hooks.trailers;
    const stream = this.stream;
    const ctx = stream.ctx;
    const config = stream.config;
    // An answer to the request is a response: its trailers have a hook too.
    const answered = ctx.isAnswered;
    if (hook !== null && config !== null && (!held || !answered)) {
      const hold = this.hold;
      hold.beginHook();
      if (stream.endHook(hold, hook.run(ctx, config, stream.log), answered)) held = true;
    }
    if (held) return TrailersStatus.StopIteration;
    // Where the headers were held, Envoy brings the body and the trailers in one go, and would lose what was gathered of
    // the body (1.40, FilterManager::decodeData: the filter counts as ended) unless it is told to go on before this ends.
    if (!gathered || !this.hold.hasHeld) return TrailersStatus.Continue;
    continueStream(ctx.id, this.isRequest ? StreamType.Request : StreamType.Response);
    return TrailersStatus.StopIteration;
  }

  /** Hands the whole body over; true if the message is held. */
  private runWhole(): bool {
    this.mode = Mode.Pass;
    const hook = this.hooks.body;
    const stream = this.stream;
    const ctx = stream.ctx;
    const config = stream.config;
    if (hook === null || config === null) return false;
    const answered = ctx.isAnswered;
    const body = new Body(ctx.id, this.buffer, this.encoding, this.writable);
    const hold = this.hold;
    hold.beginHook();
    return stream.endHook(hold, hook.run(ctx, config, body, stream.log), answered);
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
    if (chunk.byteLength != 0 || result.byteLength != 0) writeBody(this.buffer, 0, i32.MAX_VALUE, result);
  }
}

/** Whether a content type, in lower case, is gRPC's: `application/grpc`, with `+proto` or parameters behind it. */
function isGrpc(type: string): bool {
  if (!type.startsWith("application/grpc")) return false;
  const next = type.length == 16 ? 0 : type.charCodeAt(16);
  return next == 0 || next == 0x2b || next == 0x3b || next == 0x20; // + ; space
}
