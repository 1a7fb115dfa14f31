import { BufferType, DataStatus, HeadersStatus, MapType, Status, StreamType, TrailersStatus } from "../abi.js";
import type { BufferView, ByteBuffer } from "../message/byte-buffer.js";
import type { HeaderMap } from "../message/header-map.js";
import type { PluginReply } from "../message/local-reply.js";
import { writeState } from "../properties/filter-state.js";
import type { StreamInfo } from "../properties/stream-info.js";
import { Context } from "../vm/context.js";
import type { RootContext } from "../vm/root-context.js";
import type { Vm } from "../vm/vm.js";
import type { ActiveFilter, Filter } from "./filter-chain.js";
import { applySetting } from "./higress-settings.js";
import type { HttpStream, StreamFilter } from "./http-stream.js";

type Direction = "request" | "response";

/**
 * The parts of one message that a plugin may access now. Headers are accessible from their callback until they
 * continue.
 */
class Message {
  headers: HeaderMap | undefined;
  body: ByteBuffer | undefined;
  trailers: HeaderMap | undefined;
  /** The plugin buffers the body: it sees all buffered bytes. */
  buffering = false;
  filter!: ActiveFilter;

  get bytes(): ByteBuffer | undefined {
    return this.buffering ? this.filter.buffered : this.body;
  }
}

/** One plugin in one request: Envoy's Wasm filter. */
export class StreamContext extends Context<Vm> implements StreamFilter {
  readonly decoder: Filter;
  readonly encoder: Filter;
  private readonly request = new Message();
  private readonly response = new Message();
  private stream!: HttpStream;
  private endOfStream = false;
  private isCreated = false;
  private isDestroyed = false;
  private hasFailed = false;
  private logging = false;

  constructor(
    private readonly owner: RootContext,
    private readonly onGone: () => void = () => {},
  ) {
    super(owner.vm, owner.vm.newContextId());
    // Other plugins of the VM can set it as effective context before `proxy_on_context_create`.
    this.vm.contexts.set(this.id, this);
    this.decoder = this.filter("request", this.request);
    this.encoder = this.filter("response", this.response);
  }

  attach(stream: HttpStream, request: ActiveFilter, response: ActiveFilter): void {
    this.stream = stream;
    this.request.filter = request;
    this.response.filter = response;
  }

  /** Runs the access log, when everything is over. */
  log(): void {
    this.create();
    if (this.vm.failure !== undefined || !this.vm.has("proxy_on_log")) return;
    this.logging = true;
    this.vm.callback(this, "proxy_on_log", [this.id], () => undefined);
    this.logging = false;
  }

  destroy(): void {
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    if (this.isCreated) {
      this.vm.callback(this, "proxy_on_done", [this.id], () => undefined);
      this.vm.callback(this, "proxy_on_delete", [this.id], () => undefined);
    }
    this.vm.contexts.delete(this.id);
    this.onGone();
  }

  get root(): RootContext {
    return this.owner;
  }

  override get info(): StreamInfo {
    return this.stream.info;
  }

  override get requestHeaders(): HeaderMap | undefined {
    return this.request.headers ?? (this.logging ? this.info.requestHeaders : undefined);
  }

  override get responseHeaders(): HeaderMap | undefined {
    return this.response.headers ?? (this.logging ? this.info.responseHeaders : undefined);
  }

  override get responseTrailers(): HeaderMap | undefined {
    return this.response.trailers ?? (this.logging ? this.info.responseTrailers : undefined);
  }

  override get isLogging(): boolean {
    return this.logging;
  }

  override get pluginName(): string {
    return this.owner.plugin.name;
  }

  readableMap(type: number): HeaderMap | undefined {
    const { request, response, logging, info } = this;
    if (type === MapType.RequestHeaders) return logging ? info.requestHeaders : request.headers;
    if (type === MapType.RequestTrailers) return logging ? undefined : request.trailers;
    if (type === MapType.ResponseHeaders) return logging ? info.responseHeaders : response.headers;
    if (type === MapType.ResponseTrailers) return logging ? info.responseTrailers : response.trailers;
    return this.owner.readableMap(type);
  }

  /** A map can also be written after the end of the stream: in the access log, where nobody reads it. */
  writableMap(type: number): HeaderMap | undefined {
    if (type === MapType.RequestHeaders) return this.request.headers;
    if (type === MapType.ResponseHeaders) return this.response.headers;
    if (type === MapType.RequestTrailers) return this.trailersOf(this.request);
    if (type === MapType.ResponseTrailers) return this.trailersOf(this.response);
    return undefined;
  }

  buffer(type: number): BufferView | undefined {
    if (type === BufferType.PluginConfiguration) return undefined;
    if (type !== BufferType.RequestBody && type !== BufferType.ResponseBody) return this.owner.buffer(type);
    const bytes = (type === BufferType.RequestBody ? this.request : this.response).bytes;
    return bytes ? { bytes } : "empty";
  }

  setProperty(path: string, value: Buffer): Status {
    if (this.vm.module.host === "higress") applySetting(this, this.stream, path, value.toString("latin1"));
    return writeState(this.info, path, value, this.owner.declarations.get(path));
  }

  sendLocalReply(reply: PluginReply): void {
    this.vm.afterCallback(() => this.stream.sendLocalReply({ ...reply, plugin: this.pluginName }));
  }

  override continueStream(type: number): Status {
    const { request, response, vm } = this;
    if (type === StreamType.Request) vm.afterCallback(() => request.filter.continue());
    else if (type === StreamType.Response) vm.afterCallback(() => response.filter.continue());
    else return super.continueStream(type);
    // Envoy clears the state of the request in both cases.
    request.headers = undefined;
    request.body = undefined;
    request.trailers = undefined;
    return Status.Ok;
  }

  closeStream(type: number): Status {
    if (type <= StreamType.Response) {
      this.info.codeDetails ??= "wasm_close_stream";
      this.vm.afterCallback(() => this.stream.reset());
    }
    return Status.Ok;
  }

  override clearRouteCache(): void {
    this.info.clearRoute();
  }

  override injectResponse(bytes: Buffer, end: boolean): void {
    this.vm.afterCallback(() => this.response.filter.inject(bytes, end));
  }

  /** One direction of this plugin, for a filter chain. */
  private filter(direction: Direction, message: Message): Filter {
    const callback = (part: string) => `proxy_on_${direction}_${part}`;
    const [onHeaders, onBody, onTrailers] = ["headers", "body", "trailers"].map(callback) as [string, string, string];
    const isOff = () => !this.isCreated || (direction === "response" && this.hasFailed);
    return {
      headers: (map, end) => {
        if (direction === "request") this.create();
        if (isOff()) return HeadersStatus.Continue;
        message.headers = map;
        this.endOfStream = end;
        const args = this.vm.module.abi === "0.1.0" ? [map.size] : [map.size, end ? 1 : 0];
        const stopped = HeadersStatus.StopAllIterationAndWatermark;
        const status = this.callPlugin(onHeaders, args, stopped, (result) => this.headersStatus(result));
        if (status === HeadersStatus.Continue) message.headers = undefined;
        return status;
      },
      data: (bytes, end) => {
        if (isOff()) return DataStatus.Continue;
        if (message.buffering) {
          message.filter.add(bytes);
          // Too many bytes: the chain has sent a local reply.
          if (message.filter.isAborted) return DataStatus.StopIterationAndBuffer;
        }
        message.body = bytes;
        this.endOfStream = end;
        const args = [message.bytes?.length ?? 0, end ? 1 : 0];
        const stopped = DataStatus.StopIterationNoBuffer;
        const status = this.callPlugin(onBody, args, stopped, (result) => Math.min(result, stopped) as DataStatus);
        // All bytes that the plugin has seen continue, even if it has resumed the message meanwhile and another plugin
        // buffers it.
        if (status === DataStatus.Continue && message.buffering && message.filter.buffered)
          bytes.move(message.filter.buffered);
        message.buffering = status === DataStatus.StopIterationAndBuffer;
        if (status === DataStatus.Continue) message.body = undefined;
        return status;
      },
      trailers: (map) => {
        if (isOff()) return TrailersStatus.Continue;
        message.trailers = map;
        const stopped = TrailersStatus.StopIteration;
        const status = this.callPlugin(
          onTrailers,
          [map.size],
          stopped,
          (result) => Math.min(result, stopped) as TrailersStatus,
        );
        if (status === TrailersStatus.Continue) message.trailers = undefined;
        return status;
      },
    };
  }

  /** Calls the plugin. Returns 0, which means Continue for every part, if it has no such callback. */
  private callPlugin<T extends number>(name: string, args: number[], stopped: T, read: (result: number) => T): T {
    const { vm } = this;
    const failed = () => {
      if (this.owner.plugin.failOpen) return 0 as T;
      this.failStream();
      return stopped;
    };
    if (vm.failure !== undefined) return failed();
    if (!vm.has(name)) return 0 as T;
    return vm.callback(this, name, [this.id, ...args], (result) => {
      if (vm.failure !== undefined) return failed();
      return vm.hasReplied ? stopped : read((result ?? 0) >>> 0);
    });
  }

  private headersStatus(result: number): HeadersStatus {
    if (result === 0 || result === 2) return HeadersStatus.Continue;
    if (result === 3) return HeadersStatus.StopAllIterationAndBuffer;
    const single = this.vm.module.abi === "0.2.100" || this.owner.plugin.allowOnHeadersStopIteration;
    if (result === 1 && single) return HeadersStatus.StopIteration;
    return HeadersStatus.StopAllIterationAndWatermark;
  }

  private create(): void {
    if (this.isCreated || this.vm.failure !== undefined) return;
    this.isCreated = true;
    this.vm.callback(this, "proxy_on_context_create", [this.id, this.owner.id], () => undefined);
  }

  private trailersOf(message: Message): HeaderMap | undefined {
    if (!message.trailers && message.body && this.endOfStream && !this.logging)
      message.trailers = message.filter.addTrailers();
    return message.trailers;
  }

  private failStream(): void {
    if (this.hasFailed) return;
    this.stream.sendLocalReply(failureReply(this.pluginName));
    this.hasFailed = true;
  }
}

/** The local reply to a request whose VM has failed. */
export function failureReply(plugin: string): PluginReply {
  return { status: 503, details: "wasm_fail_stream", body: Buffer.alloc(0), headers: [], grpcStatus: 14, plugin };
}
