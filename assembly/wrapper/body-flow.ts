import { BufferType, DataStatus, TrailersStatus } from "../abi/enums";
import { writeBody } from "../proxywasm/body-buffer";
import { readBuffer } from "../proxywasm/buffer";
import { Headers } from "../proxywasm/headers";
import { lowerAscii } from "../proxywasm/syntax";
import { Action } from "./action";
import { Body } from "./body";
import { MessageHooks } from "./handlers";
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

  constructor(
    private stream: HttpStream<C>,
    private hooks: MessageHooks<C>,
    private buffer: BufferType,
  ) {}

  /** Decides what happens to the body, while the headers are there. Only called if there is one. */
  begin(headers: Headers): void {
    const whole = this.hooks.body !== null;
    const chunks = this.hooks.chunks !== null;
    if (!whole && !chunks) return;
    const type = lowerAscii(headers.getOr("content-type", ""));
    // These may never end, or expect answers on the way. Of a request only gRPC: a client could name the other one to pass.
    const isResponse = this.buffer == BufferType.ResponseBody;
    const endless = type.startsWith("application/grpc") || (isResponse && type.startsWith("text/event-stream"));
    if (chunks) this.mode = Mode.Chunks;
    else if (!endless) this.mode = Mode.Whole;
    else return;
    this.encoding = headers.getOr("content-encoding", "");
    // A body of another length behind a content-length would shift the messages after it: Envoy leaves it as it is.
    if ((chunks || this.hooks.writesBody) && headers.has("content-length")) headers.delete("content-length");
  }

  /** Whether the body is gathered. */
  get isWhole(): bool {
    return this.mode == Mode.Whole;
  }

  onBody(size: i32, endOfStream: bool): DataStatus {
    if (this.mode == Mode.Chunks) {
      this.runChunk(readBuffer(this.buffer, size), endOfStream);
      return DataStatus.Continue;
    }
    if (this.mode == Mode.Pass) return DataStatus.Continue;
    if (!endOfStream) return DataStatus.StopIterationAndBuffer;
    return this.runWhole() ? DataStatus.StopIterationAndBuffer : DataStatus.Continue;
  }

  onTrailers(): TrailersStatus {
    let held: bool = false;
    if (this.mode == Mode.Whole) held = this.runWhole();
    else if (this.mode == Mode.Chunks) this.runChunk(new ArrayBuffer(0), true);
    const hook = this.hooks.trailers;
    const stream = this.stream;
    const config = stream.config;
    if (hook !== null && config !== null && !stream.ctx.isAnswered) {
      const resumed = stream.ctx.resumed;
      if (stream.holds(hook(stream.ctx, config, stream.log), false, resumed)) held = true;
    }
    return held ? TrailersStatus.StopIteration : TrailersStatus.Continue;
  }

  /** Hands the whole body over; true if the message is held. */
  private runWhole(): bool {
    this.mode = Mode.Pass;
    const hook = this.hooks.body;
    const stream = this.stream;
    const ctx = stream.ctx;
    const config = stream.config;
    if (hook === null || config === null) return false;
    const before = ctx.isAnswered;
    const resumed = ctx.resumed;
    const body = new Body(ctx.id, this.buffer, this.encoding, this.hooks.writesBody);
    return stream.holds(hook(ctx, config, body, stream.log), before, resumed);
  }

  private runChunk(chunk: ArrayBuffer, isLast: bool): void {
    if (isLast) this.mode = Mode.Pass;
    const hook = this.hooks.chunks;
    const stream = this.stream;
    const config = stream.config;
    if (hook === null || config === null) return;
    const result = hook(stream.ctx, config, chunk, isLast, stream.log);
    if (chunk.byteLength != 0 || result.byteLength != 0) writeBody(this.buffer, 0, i32.MAX_VALUE, result);
  }
}
