import { Callbacks, setCallbacks } from "../abi/callbacks";
import { BufferType, DataStatus, HeadersStatus, LogLevel, TrailersStatus } from "../abi/enums";
import { readBuffer } from "../proxywasm/buffer";
import { calloutHeaders } from "../proxywasm/callout";
import { report } from "../proxywasm/log";
import { RootContext, RootFactory, StreamContext } from "./contexts";

/** Knows all contexts of the VM by id and hands each callback to the one that it is for. */
class Dispatcher extends Callbacks {
  private factory: RootFactory | null = null;
  private fault: string = "no plugin: SetCtx was not called at the top level of the plugin's entry file";
  private roots: Map<u32, RootContext> = new Map<u32, RootContext>();
  private streams: Map<u32, StreamContext> = new Map<u32, StreamContext>();
  private last: StreamContext | null = null;

  register(factory: RootFactory): void {
    this.factory = factory;
  }

  /** From now on no configuration is taken. */
  refuse(why: string): void {
    this.factory = null;
    this.fault = why;
  }

  override onContextCreate(id: u32, parent: u32): void {
    const factory = this.factory;
    if (factory === null) return;
    if (parent == 0) {
      this.roots.set(id, factory.create(id));
    } else if (this.roots.has(parent)) {
      const stream = this.roots.get(parent).createStream(id);
      this.streams.set(id, stream);
      this.last = stream;
    }
  }

  override onConfigure(root: u32, configurationSize: i32): bool {
    if (!this.roots.has(root)) {
      report(LogLevel.Critical, this.fault);
      return false;
    }
    return this.roots.get(root).configure(configurationSize);
  }

  override onRequestHeaders(id: u32, count: i32, endOfStream: bool): HeadersStatus {
    const stream = this.stream(id);
    return stream === null ? HeadersStatus.Continue : stream.onRequestHeaders(endOfStream);
  }

  override onResponseHeaders(id: u32, count: i32, endOfStream: bool): HeadersStatus {
    const stream = this.stream(id);
    return stream === null ? HeadersStatus.Continue : stream.onResponseHeaders(endOfStream);
  }

  override onRequestBody(id: u32, size: i32, endOfStream: bool): DataStatus {
    const stream = this.stream(id);
    return stream === null ? DataStatus.Continue : stream.onRequestBody(size, endOfStream);
  }

  override onRequestTrailers(id: u32, count: i32): TrailersStatus {
    const stream = this.stream(id);
    return stream === null ? TrailersStatus.Continue : stream.onRequestTrailers();
  }

  override onResponseBody(id: u32, size: i32, endOfStream: bool): DataStatus {
    const stream = this.stream(id);
    return stream === null ? DataStatus.Continue : stream.onResponseBody(size, endOfStream);
  }

  override onResponseTrailers(id: u32, count: i32): TrailersStatus {
    const stream = this.stream(id);
    return stream === null ? TrailersStatus.Continue : stream.onResponseTrailers();
  }

  override onHttpCallResponse(root: u32, token: u32, headers: i32, bodySize: i32, trailers: i32): void {
    if (!this.roots.has(root)) return;
    const callout = this.roots.get(root).callouts.take(token);
    if (callout === null || !callout.isWanted) return;
    // Both belong to the root, and are there only now.
    const pairs = calloutHeaders();
    callout.deliver(pairs, readBuffer(BufferType.HttpCallResponseBody, bodySize));
  }

  override onLog(id: u32): void {
    const stream = this.stream(id);
    if (stream !== null) stream.end();
  }

  override onDone(id: u32): bool {
    const stream = this.stream(id);
    if (stream !== null) stream.end();
    return true;
  }

  override onDelete(id: u32): void {
    const stream = this.stream(id);
    if (stream === null) {
      this.roots.delete(id);
      return;
    }
    stream.close();
    this.streams.delete(id);
    this.last = null;
  }

  private stream(id: u32): StreamContext | null {
    const last = this.last;
    if (last !== null && last.id == id) return last;
    if (!this.streams.has(id)) return null;
    const stream = this.streams.get(id);
    this.last = stream;
    return stream;
  }
}

const dispatcher = new Dispatcher();
setCallbacks(dispatcher);

/** Says who makes root contexts. */
export function registerRoots(factory: RootFactory): void {
  dispatcher.register(factory);
}

/** Makes every configuration fail, with this in the log. */
export function refuseRoots(why: string): void {
  dispatcher.refuse(why);
}
