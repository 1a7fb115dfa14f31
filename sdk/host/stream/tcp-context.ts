import { BufferType, StreamType, type Status } from "../abi.js";
import type { BufferView, ByteBuffer } from "../message/byte-buffer.js";
import type { HeaderMap } from "../message/header-map.js";
import { writeState } from "../properties/filter-state.js";
import type { StreamInfo } from "../properties/stream-info.js";
import { Context } from "../vm/context.js";
import type { RootContext } from "../vm/root-context.js";
import type { Vm } from "../vm/vm.js";
import { CloseType, NetworkStatus, type NetworkFilter, type Side, type TcpStream } from "./tcp-stream.js";

/** One plugin in one connection: Envoy's Wasm network filter. */
export class TcpContext extends Context<Vm> implements NetworkFilter {
  private stream!: TcpStream;
  private readonly buffers: Partial<Record<Side, ByteBuffer>> = {};
  private isCreated = false;
  private isOver = false;

  constructor(
    private readonly owner: RootContext,
    private readonly onGone: () => void = () => {},
  ) {
    super(owner.vm, owner.vm.newContextId());
  }

  attach(stream: TcpStream): void {
    this.stream = stream;
  }

  newConnection(): NetworkStatus {
    const { vm } = this;
    if (vm.failure === undefined) {
      this.isCreated = true;
      vm.contexts.set(this.id, this);
      vm.callback(this, "proxy_on_context_create", [this.id, this.owner.id], () => undefined);
    }
    return this.callPlugin("proxy_on_new_connection", []);
  }

  data(side: Side, bytes: ByteBuffer, end: boolean): NetworkStatus {
    if (!this.isCreated || this.isOver) return NetworkStatus.Continue;
    this.buffers[side] = bytes;
    const status = this.callPlugin(`proxy_on_${side}_data`, [bytes.length, end ? 1 : 0]);
    if (status === NetworkStatus.Continue) delete this.buffers[side];
    // Envoy calls this together with the last bytes of the upstream.
    if (side === "upstream" && end) this.call("proxy_on_upstream_connection_close", [CloseType.Unknown]);
    return status;
  }

  closed(type: CloseType): void {
    if (this.isCreated) this.call("proxy_on_downstream_connection_close", [type]);
    this.end();
  }

  get root(): RootContext {
    return this.owner;
  }

  override get info(): StreamInfo {
    return this.stream.info;
  }

  override get pluginName(): string {
    return this.owner.plugin.name;
  }

  readableMap(type: number): HeaderMap | undefined {
    return this.owner.readableMap(type);
  }

  writableMap(): undefined {}

  buffer(type: number): BufferView | undefined {
    if (type === BufferType.PluginConfiguration) return undefined;
    const side = type === BufferType.DownstreamData ? "downstream" : type === BufferType.UpstreamData ? "upstream" : "";
    if (side === "") return this.owner.buffer(type);
    const bytes = this.buffers[side];
    return bytes ? { bytes } : "empty";
  }

  setProperty(path: string, value: Buffer): Status {
    return writeState(this.info, path, value, this.owner.declarations.get(path));
  }

  sendLocalReply(): void {}

  override continueStream(type: number): Status {
    if (type === StreamType.Downstream) this.vm.afterCallback(() => this.stream.continueReading(this));
    return super.continueStream(type);
  }

  closeStream(type: number): Status {
    if (type >= StreamType.Downstream) this.vm.afterCallback(() => this.stream.close());
    return 0;
  }

  /** Ends the context in Envoy's order for connections, which differs from the order for requests. */
  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    if (this.isCreated) {
      for (const name of ["proxy_on_done", "proxy_on_log", "proxy_on_delete"]) this.call(name, []);
      this.vm.contexts.delete(this.id);
    }
    this.onGone();
  }

  private call(name: string, args: readonly number[]): void {
    this.vm.callback(this, name, [this.id, ...args], () => undefined);
  }

  private callPlugin(name: string, args: readonly number[]): NetworkStatus {
    const { vm } = this;
    if (vm.failure !== undefined) return this.failed();
    if (!vm.has(name)) return NetworkStatus.Continue;
    return vm.callback(this, name, [this.id, ...args], (result) => {
      if (vm.failure !== undefined) return this.failed();
      return result === 0 ? NetworkStatus.Continue : NetworkStatus.StopIteration;
    });
  }

  private failed(): NetworkStatus {
    if (this.owner.plugin.failOpen) return NetworkStatus.Continue;
    this.stream.close();
    return NetworkStatus.StopIteration;
  }
}
