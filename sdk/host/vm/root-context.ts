import { BufferType } from "../abi.js";
import type { CallOwner } from "../calls/call-owner.js";
import { CallbackData, type CallbackParts } from "../calls/callback-data.js";
import { DnsLookups } from "../calls/dns-lookups.js";
import { GrpcCalls } from "../calls/grpc-calls.js";
import { HttpCalls } from "../calls/http-calls.js";
import { RedisCalls } from "../calls/redis-calls.js";
import type { HostRoot } from "../host-context.js";
import type { BufferView } from "../message/byte-buffer.js";
import type { HeaderMap } from "../message/header-map.js";
import { StreamlessContext, type Context } from "./context.js";
import type { Vm } from "./vm.js";

/** What a plugin is, apart from its code. */
export interface PluginIdentity {
  name: string;
  rootId: string;
  configuration: Buffer;
  /** A stream whose VM has failed goes on without the plugin. */
  failOpen: boolean;
  /** StopIteration on headers is what it says, see `HeadersStatus`. */
  allowOnHeadersStopIteration: boolean;
}

/** A plugin in a VM: its configuration, its timer, its calls. A new configuration is a new one of these. */
export class RootContext extends StreamlessContext<Vm> implements HostRoot, CallOwner {
  readonly httpCalls = new HttpCalls(this);
  readonly grpcCalls = new GrpcCalls(this);
  readonly redisCalls = new RedisCalls(this);
  readonly dnsLookups = new DnsLookups(this);
  readonly callbackData = new CallbackData();
  /** Why `start` gave false, where there was no trap. */
  refusal = "";
  /** It has said that it is not done yet, and will call `proxy_done`. */
  isPending = false;
  private configuring = false;
  private cancelTick: (() => void) | undefined;
  private tickPeriod = 0;
  private isFinished = false;
  private onFinished: () => void = () => {};
  private forgetFailure: () => void = () => {};

  constructor(
    vm: Vm,
    readonly plugin: PluginIdentity,
  ) {
    super(vm, vm.newContextId());
    vm.contexts.set(this.id, this);
  }

  /** Starts and configures the plugin; false if it refuses, or traps. */
  start(): boolean {
    const { vm } = this;
    this.inConfigure(() => vm.callback(this, "proxy_on_context_create", [this.id, 0], () => undefined));
    const yes = (name: string, size: number, refusal: string) => {
      this.refusal = refusal;
      const accepts = (result: number | undefined) => vm.failure === undefined && (!vm.has(name) || result !== 0);
      return vm.failure === undefined && vm.callback(this, name, [this.id, size], accepts);
    };
    const { configuration } = this.plugin;
    return (
      yes("proxy_on_vm_start", vm.configuration.length, "it does not start") &&
      this.inConfigure(() => yes("proxy_on_configure", configuration.length, "it refuses its configuration"))
    );
  }

  /** Ends the plugin, now or when it says that it is done. Its streams must be gone. */
  stop(onFinished: () => void = () => {}): void {
    const { vm } = this;
    this.onFinished = onFinished;
    const done = vm.callback(this, "proxy_on_done", [this.id], (result) => result !== 0 || !vm.has("proxy_on_done"));
    if (done || vm.failure !== undefined) this.finish();
    else {
      this.isPending = true;
      // Nobody will call `proxy_done` then.
      this.forgetFailure = vm.whenFailed(() => this.finish());
    }
  }

  finish(): void {
    if (this.isFinished) return;
    this.isFinished = true;
    this.isPending = false;
    this.forgetFailure();
    this.setTickPeriod(0);
    this.vm.callback(this, "proxy_on_delete", [this.id], () => undefined);
    // Those too that it has just made.
    this.cancelCalls();
    this.vm.contexts.delete(this.id);
    this.onFinished();
  }

  /** Lets go of what it has outside, without a word to the plugin: for a VM that was only tried, or has refused. */
  abandon(): void {
    this.isFinished = true;
    this.setTickPeriod(0);
    this.cancelCalls();
    this.vm.contexts.delete(this.id);
  }

  setTickPeriod(periodMs: number): void {
    this.tickPeriod = periodMs;
    this.cancelTick?.();
    this.cancelTick = undefined;
    if (periodMs > 0 && !this.isFinished) this.armTick();
  }

  /** Calls the plugin about something that has come for it, which is gone afterwards. */
  receive(name: string, args: readonly number[], parts: CallbackParts = {}, target: Context = this): void {
    const { vm } = this;
    this.callbackData.set(parts);
    vm.after(() => this.callbackData.clear());
    vm.callback(target, name, [target.id, ...args], () => undefined);
  }

  /** Tells the plugin of what came into a queue, not from within the call that put it there. */
  onQueueReady(token: number): void {
    this.vm.services.timers.start(0, () => {
      if (!this.isFinished) this.vm.callback(this, "proxy_on_queue_ready", [this.id, token], () => undefined);
    });
  }

  get root(): RootContext {
    return this;
  }

  override get configuration(): Buffer {
    return this.configuring ? this.plugin.configuration : this.vm.configuration;
  }

  override get pluginName(): string {
    return this.plugin.name;
  }

  readableMap(type: number): HeaderMap | undefined {
    return this.callbackData.map(type);
  }

  buffer(type: number): BufferView | undefined {
    if (type === BufferType.PluginConfiguration) {
      return this.configuring ? { fixed: this.plugin.configuration } : undefined;
    }
    if (type === BufferType.VmConfiguration) return { fixed: this.vm.configuration };
    return type < BufferType.CallResponseBody ? "empty" : this.callbackData.buffer(type);
  }

  private cancelCalls(): void {
    for (const calls of [this.httpCalls, this.grpcCalls, this.redisCalls, this.dnsLookups]) calls.cancelAll();
  }

  private inConfigure<T>(run: () => T): T {
    this.configuring = true;
    try {
      return run();
    } finally {
      this.configuring = false;
    }
  }

  private armTick(): void {
    this.cancelTick = this.vm.services.timers.start(this.tickPeriod, () => {
      this.cancelTick = undefined;
      if (this.vm.failure !== undefined) return;
      this.vm.callback(this, "proxy_on_tick", [this.id], () => undefined);
      if (this.cancelTick === undefined && this.tickPeriod > 0 && !this.isFinished) this.armTick();
    });
  }
}
