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

/** A plugin's settings and its configuration. */
export interface PluginIdentity {
  name: string;
  rootId: string;
  configuration: Buffer;
  /** A stream whose VM has failed continues without the plugin. */
  failOpen: boolean;
  /** StopIteration for headers does not stop the body, see `HeadersStatus`. */
  allowOnHeadersStopIteration: boolean;
}

/** One plugin configuration in one VM, with its timer and its calls. A new configuration gets a new root context. */
export class RootContext extends StreamlessContext<Vm> implements HostRoot, CallOwner {
  readonly httpCalls = new HttpCalls(this);
  readonly grpcCalls = new GrpcCalls(this);
  readonly redisCalls = new RedisCalls(this);
  readonly dnsLookups = new DnsLookups(this);
  readonly callbackData = new CallbackData();
  /** Why `start` returned false, if the plugin did not trap. */
  rejection = "";
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

  /** Starts and configures the plugin; false if it rejects the configuration or traps. */
  start(): boolean {
    const { vm } = this;
    this.inConfigure(() => vm.callback(this, "proxy_on_context_create", [this.id, 0], () => undefined));
    const accepts = (name: string, size: number, rejection: string) => {
      this.rejection = rejection;
      const isAccepted = (result: number | undefined) => vm.failure === undefined && (!vm.has(name) || result !== 0);
      return vm.failure === undefined && vm.callback(this, name, [this.id, size], isAccepted);
    };
    const { configuration } = this.plugin;
    return (
      accepts("proxy_on_vm_start", vm.configuration.length, "it does not start") &&
      this.inConfigure(() => accepts("proxy_on_configure", configuration.length, "it rejects its configuration"))
    );
  }

  /** Ends the context: now, or when the plugin calls `proxy_done`. Its streams must have ended. */
  stop(onFinished: () => void = () => {}): void {
    const { vm } = this;
    this.onFinished = onFinished;
    const done = vm.callback(this, "proxy_on_done", [this.id], (result) => result !== 0 || !vm.has("proxy_on_done"));
    if (done || vm.failure !== undefined) this.finish();
    else {
      this.isPending = true;
      // After a failure, the plugin cannot call `proxy_done`.
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
    // Includes calls that `proxy_on_delete` has just made.
    this.cancelCalls();
    this.vm.contexts.delete(this.id);
    this.onFinished();
  }

  /**
   * Releases timer and calls without a callback: for a VM that only tries a configuration, or whose plugin has rejected
   * it.
   */
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

  /** Calls the plugin. Host calls can read `parts` until the callback returns. */
  receive(name: string, args: readonly number[], parts: CallbackParts = {}, target: Context = this): void {
    const { vm } = this;
    this.callbackData.set(parts);
    vm.afterCallback(() => this.callbackData.clear());
    vm.callback(target, name, [target.id, ...args], () => undefined);
  }

  /** Calls the plugin later, not within the host call that put the item into the queue. */
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
