import { Callbacks, setCallbacks } from "../abi/callbacks";
import { beginMap } from "../abi/entry";
import { BufferType, DataStatus, HeadersStatus, LogLevel, MapType, TrailersStatus } from "../abi/enums";
import { isUsed, ROOTS, STREAMS } from "../abi/used";
import { readBuffer } from "../proxywasm/buffer";
import { grpcStatusMessage } from "../proxywasm/grpc-call";
import { callResponseHeaders, callResponseTrailers, readPairs } from "../proxywasm/http-call";
import { report } from "../proxywasm/log";
import { requestFull } from "../abi/safepoint";
import { RootContext, RootFactory, StreamContext } from "./contexts";
import { IdTable } from "./id-table";

/**
 * Passes each callback to the root context or stream context that it is for.
 *
 * A stream context is created in `proxy_on_context_create`, with the root context that the host names. A plugin whose root
 * contexts all do the same does not export this callback: there the first callback of a stream creates the stream context.
 *
 * If no later callback needs it, the first callback creates the stream context in any plugin, and drops it at once. Until
 * then, only the id of the newest stream and its root context are kept: Envoy makes the first callback right after
 * `proxy_on_context_create`. If another stream is created in between, the older one is put into the table.
 */
class Dispatcher extends Callbacks {
  private factory: RootFactory | null = null;
  private fault: string = "no plugin: SetCtx was not called at the top level of the entry file";
  private roots: IdTable = tableIf(isUsed(ROOTS));
  private streams: IdTable = tableIf(isUsed(ROOTS | STREAMS));
  private last: StreamContext | null = null;
  /** The id of the newest stream, and its root context, if no stream is kept after its callback. */
  private newest: u32 = 0;
  private newestRoot: RootContext | null = null;
  /** The callback of the newest stream has not come yet. */
  private isAwaited: bool = false;
  /** The root context of all streams, if the plugin does not know which root context a stream has. */
  private only: RootContext | null = null;

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
    if (!isUsed(STREAMS)) return this.awaitCallback(id, root);
    const stream = root.createStream(id);
    this.streams.add(stream);
    this.last = stream;
  }

  private awaitCallback(id: u32, root: RootContext): void {
    const before = this.newestRoot;
    if (this.isAwaited) this.streams.add(changetype<RootContext>(before).createStream(this.newest));
    this.newest = id;
    if (before != root) this.newestRoot = root;
    this.isAwaited = true;
  }

  override onConfigure(id: u32, configurationSize: i32): bool {
    const factory = this.factory;
    const root = isUsed(ROOTS) ? this.root(id) : factory === null ? null : factory.create(id);
    if (root !== null) {
      const accepted = root.configure(configurationSize);
      if (accepted && !isUsed(ROOTS)) this.only = root;
      return accepted;
    }
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
    if (stream === null) return HeadersStatus.Continue;
    beginMap(MapType.RequestHeaders);
    return stream.onRequestHeaders(endOfStream);
  }

  override onResponseHeaders(id: u32, count: i32, endOfStream: bool): HeadersStatus {
    const stream = this.stream(id);
    if (stream === null) return HeadersStatus.Continue;
    beginMap(MapType.ResponseHeaders);
    return stream.onResponseHeaders(endOfStream);
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

  override onGrpcReceiveInitialMetadata(id: u32, token: u32, count: i32): void {
    this.keepGrpcMetadata(id, token, MapType.GrpcReceiveInitialMetadata);
  }

  override onGrpcReceiveTrailingMetadata(id: u32, token: u32, count: i32): void {
    this.keepGrpcMetadata(id, token, MapType.GrpcReceiveTrailingMetadata);
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
    if (!isUsed(STREAMS)) {
      if (id == this.newest) this.isAwaited = false;
      else if (isUsed(ROOTS) && !this.streams.remove(id)) this.deleteRoot(id);
      return;
    }
    const stream = changetype<StreamContext | null>(this.streams.find(id));
    if (stream === null) {
      if (isUsed(ROOTS)) this.deleteRoot(id);
      return;
    }
    stream.close();
    this.streams.remove(id);
    this.last = null;
  }

  private deleteRoot(id: u32): void {
    if (!isUsed(STREAMS)) {
      const root = this.newestRoot;
      if (root !== null && root.id == id) {
        if (this.isAwaited) this.streams.add(root.createStream(this.newest));
        this.newestRoot = null;
        this.newest = 0;
        this.isAwaited = false;
      }
    }
    // After the end of a root context, its configuration is freed.
    if (this.roots.remove(id)) requestFull();
  }

  /** Reads metadata of a gRPC stream. The host has the metadata only for the root context, and only during the callback. */
  private keepGrpcMetadata(id: u32, token: u32, map: MapType): void {
    const root = this.root(id);
    if (root === null) return;
    const call = root.calls.find(token);
    if (call === null || !call.isWanted) return;
    call.keepGrpcMetadata(readPairs(map), map == MapType.GrpcReceiveTrailingMetadata);
  }

  root(id: u32): RootContext | null {
    return changetype<RootContext | null>(this.roots.find(id));
  }

  private stream(id: u32): StreamContext | null {
    if (!isUsed(STREAMS)) return this.briefStream(id);
    const last = this.last;
    if (last !== null && last.id == id) return last;
    let stream = changetype<StreamContext | null>(this.streams.find(id));
    if (stream === null && !isUsed(ROOTS)) {
      const root = this.only;
      if (root === null) return null;
      stream = root.createStream(id);
      this.streams.add(stream);
    }
    if (stream !== null) this.last = stream;
    return stream;
  }

  /** The stream context for the only callback of a stream. */
  private briefStream(id: u32): StreamContext | null {
    if (isUsed(ROOTS) && id != this.newest) return changetype<StreamContext | null>(this.streams.find(id));
    const root = isUsed(ROOTS) ? this.newestRoot : this.only;
    this.isAwaited = false;
    return root === null ? null : root.createStream(id);
  }
}

/** A table, or null for a plugin that never uses the table. */
// @ts-ignore: decorator
@inline
function tableIf(isNeeded: bool): IdTable {
  return isNeeded ? new IdTable() : changetype<IdTable>(0);
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
