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

/** The settings of a plugin in a filter chain. */
export interface PluginOptions {
  name: string;
  module: PluginModule;
  rootId?: string;
  vm?: VmOptions;
  /** FAIL_CLOSED by default, as in Envoy: after a trap all requests get a local reply of 503. */
  failurePolicy?: FailurePolicy;
  /** Envoy's older setting for FAIL_OPEN. With it, the request that trapped continues, too. */
  failOpen?: boolean;
  allowOnHeadersStopIteration?: boolean;
  /** The minimum time between two VMs of FAIL_RELOAD; 1000 by default. Envoy varies this time. */
  reloadIntervalMs?: number;
}

/** A configuration that a plugin has accepted and that is not in force yet. Call one of the methods, once. */
export interface PreparedConfiguration {
  /** Puts the configuration in force. */
  commit(): void;
  /** Ends the configuration. */
  abandon(): void;
}

/**
 * A plugin of a filter chain, from start to stop: gets new configurations, and a new VM after a trap.
 *
 * @example
 * const plugin = new Plugin({ name: "auth", module }, pool);
 * plugin.configure(Buffer.from('{"allow":["a"]}')); // throws PluginLoadError if the plugin rejects it
 * const stream = new HttpStream([plugin.newFilter()!], sides, info);
 */
export class Plugin {
  private active: ActiveConfiguration | undefined;
  private configuration: Buffer | undefined;
  private startedAt = 0n;
  /** Leaves the shared data of the VM id. The plugin keeps shared data alive even while it has no VM. */
  private leaveSpace: (() => void) | undefined;

  constructor(
    readonly options: PluginOptions,
    private readonly pool: VmPool,
  ) {}

  /** Whether a configuration is in force. */
  get isConfigured(): boolean {
    return this.active !== undefined;
  }

  /** Why the VM has ended, if it has. */
  get failure(): string | undefined {
    return this.active?.root.vm.failure;
  }

  /** The VM in use, if any. */
  get vms(): Vm[] {
    return this.active ? [this.active.root.vm] : [];
  }

  /** The number of streams in progress. */
  get streams(): number {
    return this.active?.streams ?? 0;
  }

  /**
   * Puts a configuration in force. As in Envoy, a VM of its own tries the configuration first: if the plugin rejects it
   * or traps, the previous configuration stays in force. Requests in flight end with the configuration that they began
   * with.
   *
   * @throws PluginLoadError when the plugin rejects the configuration, or cannot start
   */
  configure(configuration: Buffer): void {
    this.tryOut(configuration);
    this.prepare(configuration).commit();
  }

  /**
   * Tries a configuration in a VM of its own.
   *
   * @throws PluginLoadError when the plugin rejects the configuration, or cannot start
   */
  tryOut(configuration: Buffer): void {
    this.logRejection(() => {
      this.enterSpace();
      const vm = new Vm(this.options.module, { ...this.options.vm, isTrial: true }, this.pool.services);
      const root = new RootContext(vm, { ...this.identity, configuration });
      const good = root.start();
      root.abandon();
      vm.dispose();
      if (!good) throw this.rejection(root);
    });
  }

  /**
   * Starts a configuration beside the one in force. Requests get it after `commit`.
   *
   * @throws PluginLoadError when the plugin rejects the configuration, or cannot start
   */
  prepare(configuration: Buffer): PreparedConfiguration {
    return this.logRejection(() => {
      this.enterSpace();
      const next = this.begin(configuration);
      return {
        commit: () => {
          this.active?.retire();
          this.active = next;
          this.configuration = configuration;
        },
        abandon: () => next.retire(),
      };
    });
  }

  /** The filter for one request; undefined if requests pass without the plugin. */
  newFilter(): StreamFilter | undefined {
    const active = this.usableConfiguration();
    if (active) return new StreamContext(active.root, active.beginStream());
    // Without any accepted configuration, the failure policy does not count.
    if (!this.active) return new FailedFilter(500, this.options.name);
    return this.failsOpen ? undefined : new FailedFilter(503, this.options.name);
  }

  /** The filter for one connection; undefined if connections pass without the plugin. */
  newNetworkFilter(): NetworkFilter | undefined {
    const active = this.usableConfiguration();
    if (active) return new TcpContext(active.root, active.beginStream());
    return this.failsOpen ? undefined : failedNetworkFilter();
  }

  /**
   * Calls `proxy_on_foreign_function` of the root context, or of a stream context. Does nothing if the context does not
   * exist.
   */
  callForeign(id: number, data: Buffer, context?: number): void {
    const root = this.active?.root;
    const target = context === undefined ? root : root?.vm.contexts.get(context);
    if (!root || !target) return;
    root.receive("proxy_on_foreign_function", [id, data.length], { callData: data }, target);
  }

  /** Ends the plugin after its requests. */
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

  /** Whether requests pass when the plugin has failed. */
  private get failsOpen(): boolean {
    return this.options.failurePolicy === "FAIL_OPEN" || this.options.failOpen === true;
  }

  /** The configuration for the next stream, after a reload if one is due; undefined if the plugin has failed. */
  private usableConfiguration(): ActiveConfiguration | undefined {
    const isFailed = this.failure !== undefined;
    if (isFailed && this.options.failurePolicy === "FAIL_RELOAD") this.reload();
    if (!isFailed && this.active?.root.vm.wantsRebuild && this.streams === 0) this.reload();
    return this.failure === undefined ? this.active : undefined;
  }

  private get identity(): Omit<PluginIdentity, "configuration"> {
    const { name, rootId = "", failOpen = false, allowOnHeadersStopIteration = false } = this.options;
    return { name, rootId, failOpen, allowOnHeadersStopIteration };
  }

  private logRejection<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof PluginLoadError)) throw error;
      const { name: plugin, vm } = this.options;
      const line = { level: LogLevel.Error, message: error.message, kind: "refusal", plugin } as const;
      this.pool.services.log({ ...line, vmId: vm?.id ?? "" });
      throw error;
    }
  }

  private begin(configuration: Buffer): ActiveConfiguration {
    const vm = this.pool.take(this.options.module, this.options.vm ?? {});
    const root = new RootContext(vm, { ...this.identity, configuration });
    this.startedAt = this.pool.services.clock.monotonic();
    if (root.start()) return new ActiveConfiguration(root, () => this.pool.release(vm));
    root.abandon();
    this.pool.release(vm);
    throw this.rejection(root);
  }

  /** Replaces the failed VM, if the last start was long enough ago. */
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

  private rejection({ vm, rejection }: RootContext): PluginLoadError {
    return new PluginLoadError(vm.failure ?? `Failed to configure plugin "${this.options.name}": ${rejection}`);
  }
}
