import { LogLevel } from "../abi.js";
import { PluginLoadError } from "../module/errors.js";
import { FailedFilter, failedNetworkFilter } from "../stream/failed-filter.js";
import { ActiveConfiguration } from "./active-configuration.js";
import type { StreamFilter } from "../stream/http-stream.js";
import type { PluginModule } from "../module/plugin-module.js";
import { RootContext, type PluginIdentity } from "../vm/root-context.js";
import { StreamContext } from "../stream/stream-context.js";
import { TcpContext } from "../stream/tcp-context.js";
import type { NetworkFilter } from "../stream/tcp-stream.js";
import { Vm, type VmOptions } from "../vm/vm.js";
import type { VmPool } from "../vm/vm-pool.js";

export type FailurePolicy = "FAIL_CLOSED" | "FAIL_OPEN" | "FAIL_RELOAD";

/** A plugin of a filter chain, before it is started. */
export interface PluginOptions {
  name: string;
  module: PluginModule;
  rootId?: string;
  vm?: VmOptions;
  /** FAIL_CLOSED by default, as in Envoy: after a trap all requests are answered with 503. */
  failurePolicy?: FailurePolicy;
  /** Envoy's older word for FAIL_OPEN, by which the request that trapped goes on too. */
  failOpen?: boolean;
  allowOnHeadersStopIteration?: boolean;
  /** How long FAIL_RELOAD waits after a start before it makes the next VM; 1000 by default, as Envoy (which varies it). */
  reloadIntervalMs?: number;
}

/**
 * A plugin of a filter chain through its life: started, given new configurations, made anew after a trap.
 *
 * @example
 * const plugin = new Plugin({ name: "auth", module }, pool);
 * plugin.configure(Buffer.from('{"allow":["a"]}')); // throws PluginLoadError when it refuses
 * const stream = new HttpStream([plugin.newFilter()!], sides, info);
 */
export class Plugin {
  private active: ActiveConfiguration | undefined;
  private configuration: Buffer | undefined;
  private startedAt = 0n;
  /** What plugins of its VM id share lives as long as it does, not only as its VMs. */
  private leaveSpace: (() => void) | undefined;

  constructor(
    readonly options: PluginOptions,
    private readonly pool: VmPool,
  ) {}

  /** Whether a configuration is in force. */
  get isConfigured(): boolean {
    return this.active !== undefined;
  }

  /** Why its VM has ended, if it has. */
  get failure(): string | undefined {
    return this.active?.root.vm.failure;
  }

  /** The VMs that it uses now: one, or none. */
  get vms(): Vm[] {
    return this.active ? [this.active.root.vm] : [];
  }

  /** How many requests it is working on. */
  get streams(): number {
    return this.active?.streams ?? 0;
  }

  /**
   * Puts a configuration in force: it is tried in a VM of its own first, as Envoy does, so that one that is refused, or
   * traps, leaves the one before as it was. Requests in flight end with the one that they began with.
   *
   * @throws PluginLoadError when the plugin refuses it, or cannot start
   */
  configure(configuration: Buffer): void {
    try {
      this.enterSpace();
      this.tryOut(configuration);
      const next = this.begin(configuration);
      this.active?.retire();
      this.active = next;
      this.configuration = configuration;
    } catch (error) {
      if (!(error instanceof PluginLoadError)) throw error;
      const line = {
        level: LogLevel.Error,
        message: error.message,
        kind: "refusal",
        plugin: this.options.name,
      } as const;
      this.pool.services.log({ ...line, vmId: this.options.vm?.id ?? "" });
      throw error;
    }
  }

  /** The plugin for one request; undefined where requests shall pass without it. */
  newFilter(): StreamFilter | undefined {
    const active = this.usable();
    if (active) return new StreamContext(active.root, active.enter());
    // A plugin that never was there is missed, whatever the policy says.
    if (!this.active) return new FailedFilter(500);
    return this.isOpen ? undefined : new FailedFilter(503);
  }

  /** The same for one connection. */
  newNetworkFilter(): NetworkFilter | undefined {
    const active = this.usable();
    if (active) return new TcpContext(active.root, active.enter());
    return this.isOpen ? undefined : failedNetworkFilter();
  }

  /**
   * Calls `proxy_on_foreign_function` of the plugin's root, or of one of its streams; nothing happens where there is no
   * such context.
   */
  callForeign(id: number, data: Buffer, context?: number): void {
    const root = this.active?.root;
    const target = context === undefined ? root : root?.vm.contexts.get(context);
    if (!root || !target) return;
    root.receive("proxy_on_foreign_function", [id, data.length], { callData: data }, target);
  }

  /** Ends the plugin, when its requests have. */
  stop(): void {
    this.active?.retire();
    this.active = undefined;
    this.leaveSpace?.();
    this.leaveSpace = undefined;
  }

  private enterSpace(): void {
    const { id = "" } = this.options.vm ?? {};
    const { sharedData } = this.pool.services;
    if (!this.leaveSpace) sharedData.enter(id);
    this.leaveSpace ??= () => sharedData.leave(id);
  }

  /** Whether requests pass where the plugin has failed. */
  private get isOpen(): boolean {
    return this.options.failurePolicy === "FAIL_OPEN" || this.options.failOpen === true;
  }

  /** What serves the next request, perhaps made anew; undefined where nothing does. */
  private usable(): ActiveConfiguration | undefined {
    const isFailed = this.failure !== undefined;
    if (isFailed && this.options.failurePolicy === "FAIL_RELOAD") this.reload();
    if (!isFailed && this.active?.root.vm.wantsRebuild && this.streams === 0) this.reload();
    return this.failure === undefined ? this.active : undefined;
  }

  private get identity(): Omit<PluginIdentity, "configuration"> {
    const { name, rootId = "", failOpen = false, allowOnHeadersStopIteration = false } = this.options;
    return { name, rootId, failOpen, allowOnHeadersStopIteration };
  }

  private tryOut(configuration: Buffer): void {
    const vm = new Vm(this.options.module, { ...this.options.vm, isTrial: true }, this.pool.services);
    const root = new RootContext(vm, { ...this.identity, configuration });
    const good = root.start();
    root.abandon();
    vm.dispose();
    if (!good) throw this.refusal(root);
  }

  private begin(configuration: Buffer): ActiveConfiguration {
    const vm = this.pool.take(this.options.module, this.options.vm ?? {});
    const root = new RootContext(vm, { ...this.identity, configuration });
    this.startedAt = this.pool.services.clock.monotonic();
    if (root.start()) return new ActiveConfiguration(root, () => this.pool.release(vm));
    root.abandon();
    this.pool.release(vm);
    throw this.refusal(root);
  }

  /** Makes a VM in the place of the one that has failed, if the last was made long enough ago. */
  private reload(): void {
    const waited = this.pool.services.clock.monotonic() - this.startedAt;
    if (!this.configuration) return;
    if (waited < BigInt(this.options.reloadIntervalMs ?? 1000) * 1_000_000n) return this.count("backoff");
    try {
      const next = this.begin(this.configuration);
      this.active?.retire();
      this.active = next;
      this.count("success");
    } catch (error) {
      if (!(error instanceof PluginLoadError)) throw error;
      this.count("failure");
    }
  }

  /** Envoy's own statistics of reloads. */
  private count(outcome: "success" | "failure" | "backoff"): void {
    this.pool.services.stats.counter(`wasm.${this.options.name}.vm_reload_${outcome}`).value += 1n;
  }

  private refusal({ vm, refusal }: RootContext): PluginLoadError {
    return new PluginLoadError(vm.failure ?? `Failed to configure plugin "${this.options.name}": ${refusal}`);
  }
}
