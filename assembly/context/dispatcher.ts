import { Callbacks, setCallbacks } from "../abi/callbacks";
import { BufferType, DataStatus, HeadersStatus, LogLevel, TrailersStatus } from "../abi/enums";
import { readBuffer } from "../proxywasm/buffer";
import { grpcStatusMessage } from "../proxywasm/grpc-call";
import { callResponseHeaders, callResponseTrailers } from "../proxywasm/http-call";
import { report } from "../proxywasm/log";
import { RootContext, RootFactory, StreamContext } from "./contexts";
import { IdTable } from "./id-table";

/** Passes each callback to the root context or stream context that it is for. */
class Dispatcher extends Callbacks {
  private factory: RootFactory | null = null;
  private fault: string = "no plugin: SetCtx was not called at the top level of the entry file";
  private roots: IdTable = new IdTable();
  private streams: IdTable = new IdTable();
  private last: StreamContext | null = null;

  register(factory: RootFactory): void {
    this.factory = factory;
  }

  /** Rejects every configuration from now on. */
  reject(why: string): void {
    this.factory = null;
    this.fault = why;
  }

  override onContextCreate(id: u32, parent: u32): void {
    const factory = this.factory;
    if (factory === null) return;
    if (parent == 0) {
      this.roots.add(factory.create(id));
      return;
    }
    const root = this.root(parent);
    if (root === null) return;
    const stream = root.createStream(id);
    this.streams.add(stream);
    this.last = stream;
  }

  override onConfigure(id: u32, configurationSize: i32): bool {
    const root = this.root(id);
    if (root !== null) return root.configure(configurationSize);
    report(LogLevel.Critical, this.fault);
    return false;
  }

  override onTick(id: u32): void {
    const root = this.root(id);
    if (root !== null) root.onTick();
  }

  override onQueueReady(id: u32, queue: u32): void {
    const root = this.root(id);
    if (root !== null) root.onQueueReady(queue);
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

  override onHttpCallResponse(id: u32, token: u32, headers: i32, bodySize: i32, trailers: i32): void {
    const root = this.root(id);
    if (root === null) return;
    const call = root.calls.take(token);
    if (call === null || !call.isWanted) return;
    // The host has the response only for the root context, and only during this callback.
    const pairs = callResponseHeaders();
    const body = readBuffer(BufferType.HttpCallResponseBody, bodySize);
    call.deliver(pairs, body, trailers == 0 ? null : callResponseTrailers());
  }

  override onRedisCallResponse(id: u32, token: u32, status: i32, size: i32): void {
    const root = this.root(id);
    if (root === null) return;
    const call = root.calls.take(token);
    if (call === null || !call.isWanted) return;
    call.deliverRedis(status, readBuffer(BufferType.RedisCallResponse, size));
  }

  override onGrpcReceive(id: u32, token: u32, size: i32): void {
    const root = this.root(id);
    if (root === null) return;
    const call = root.calls.find(token);
    if (call === null) return;
    if (!call.isStream) root.calls.take(token);
    if (call.isWanted) call.deliverGrpcMessage(readBuffer(BufferType.GrpcReceiveBuffer, size));
  }

  override onGrpcClose(id: u32, token: u32, status: i32): void {
    const root = this.root(id);
    if (root === null) return;
    const call = root.calls.take(token);
    if (call !== null && call.isWanted) call.deliverGrpcEnd(status, status == 0 ? "" : grpcStatusMessage());
  }

  override onNewConnection(id: u32): DataStatus {
    const stream = this.stream(id);
    return stream === null ? DataStatus.Continue : stream.onNewConnection();
  }

  override onDownstreamData(id: u32, size: i32, endOfStream: bool): DataStatus {
    const stream = this.stream(id);
    return stream === null ? DataStatus.Continue : stream.onDownstreamData(endOfStream);
  }

  override onUpstreamData(id: u32, size: i32, endOfStream: bool): DataStatus {
    const stream = this.stream(id);
    return stream === null ? DataStatus.Continue : stream.onUpstreamData(endOfStream);
  }

  override onDownstreamConnectionClose(id: u32, peer: i32): void {
    const stream = this.stream(id);
    if (stream !== null) stream.onDownstreamClose(peer);
  }

  override onUpstreamConnectionClose(id: u32, peer: i32): void {
    const stream = this.stream(id);
    if (stream !== null) stream.onUpstreamClose(peer);
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
      this.roots.remove(id);
      return;
    }
    stream.close();
    this.streams.remove(id);
    this.last = null;
  }

  root(id: u32): RootContext | null {
    return changetype<RootContext | null>(this.roots.find(id));
  }

  private stream(id: u32): StreamContext | null {
    const last = this.last;
    if (last !== null && last.id == id) return last;
    const stream = changetype<StreamContext | null>(this.streams.find(id));
    if (stream !== null) this.last = stream;
    return stream;
  }
}

const dispatcher = new Dispatcher();
setCallbacks(dispatcher);

/** Sets the factory of root contexts. */
export function registerRoots(factory: RootFactory): void {
  dispatcher.register(factory);
}

/** Whether the VM still has this root context. */
export function hasRoot(id: u32): bool {
  return dispatcher.root(id) !== null;
}

/** Rejects every configuration from now on, and logs the reason each time. */
export function rejectConfigurations(why: string): void {
  dispatcher.reject(why);
}
