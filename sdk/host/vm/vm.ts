import { LogLevel } from "../abi.js";
import { CallTokens } from "../calls/call-tokens.js";
import { GuestMemory } from "../guest-memory.js";
import type { HostVm } from "../host-context.js";
import type { Restriction } from "../imports/restrictions.js";
import { PluginLoadError } from "../module/errors.js";
import type { PluginModule } from "../module/plugin-module.js";
import type { Services } from "../services/services.js";
import { Metrics } from "../shared/metrics.js";
import { bindImports } from "./bind-imports.js";
import { Capabilities } from "./capabilities.js";
import { VmContext, type Context } from "./context.js";
import { describeTrap } from "./describe-trap.js";
import { startLoopChecks } from "./loop-checks.js";

export interface VmOptions {
  /** The space of shared data and queues; "" by default. */
  id?: string;
  /** The VM configuration that the plugin reads. */
  configuration?: Buffer;
  /** Environment variables. */
  environment?: Readonly<Record<string, string>>;
  /** The VM only tries a configuration out, and serves no request. */
  isTrial?: boolean;
  /** The host calls and callbacks that the plugin may use; all if the list is empty. */
  capabilities?: readonly string[];
}

/** How many callbacks may be nested. A deeper nesting is a plugin that never ends. */
const DEEPEST = 200;

type WasmFunction = (...args: number[]) => unknown;

/**
 * An instance of a plugin's module. Envoy has one per worker. A VM can contain several plugins (`RootContext`), each
 * with its configuration, and all their streams. A trap ends the VM for all of them.
 *
 * @throws PluginLoadError when the module cannot be started
 * @example
 * const vm = new Vm(module, { id: "my-vm" }, services);
 */
export class Vm implements HostVm {
  readonly id: string;
  readonly configuration: Buffer;
  readonly environment: Readonly<Record<string, string>>;
  readonly isTrial: boolean;
  readonly memory: GuestMemory;
  readonly contexts = new Map<number, Context>();
  readonly capabilities: Capabilities;
  readonly metrics: Metrics;
  readonly callTokens = new CallTokens();
  /** The plugin wants a new VM instead of this one. Higress only. */
  wantsRebuild = false;
  /** Why the VM has ended. */
  failure: string | undefined;
  /** The context of the callback that runs. */
  current: Context | undefined;
  /** The context that the plugin has set by `proxy_set_effective_context`. */
  effective: Context | undefined;
  restriction: Restriction | undefined;
  hasReplied = false;
  private readonly vmContext: Context;
  private readonly functions: Readonly<Record<string, WasmFunction>>;
  private readonly afterCall: (() => void)[] = [];
  private readonly afterFailure = new Set<() => void>();
  /** The number of nested callbacks, including the actions that each has delayed. */
  private depth = 0;
  private nextContext = 1;

  constructor(
    readonly module: PluginModule,
    options: VmOptions,
    readonly services: Services,
  ) {
    this.id = options.id ?? "";
    this.configuration = options.configuration ?? Buffer.alloc(0);
    this.environment = options.environment ?? {};
    this.isTrial = options.isTrial ?? false;
    this.capabilities = new Capabilities(options.capabilities);
    this.metrics = new Metrics(services.stats);
    this.vmContext = new VmContext(this);
    const imported = module.createImportedMemory();
    const { exports } = this.instantiate(imported.imports);
    this.functions = exports as Readonly<Record<string, WasmFunction>>;
    const memory = imported.memory ?? (exports[module.memory!] as WebAssembly.Memory);
    this.memory = new GuestMemory(memory, (size) => this.allocate(module.allocator, size));
    services.sharedData.enter(this.id);
    this.start();
  }

  get context(): Context {
    return this.effective ?? this.current ?? this.vmContext;
  }

  setEffectiveContext(id: number): boolean {
    const context = id === 0 ? this.vmContext : this.contexts.get(id);
    if (context) this.effective = context;
    return context !== undefined;
  }

  newContextId(): number {
    return this.nextContext++;
  }

  has(name: string): boolean {
    return this.module.exports.has(name) && !this.capabilities.hidesExport(name);
  }

  /** Calls a function of the plugin. Returns undefined if the function does not exist or traps. A trap ends the VM. */
  call(context: Context, name: string, args: readonly number[]): number | undefined {
    if (this.failure !== undefined || !this.has(name)) return undefined;
    const { current, effective, restriction, depth } = this;
    this.current = context;
    this.effective = undefined;
    const { traceCallbacks, timers } = this.services;
    timers.callBegins?.();
    const traced = traceCallbacks && { name, args, context: context.id, vm: this };
    if (traced) traceCallbacks.begin(traced);
    let result: number | undefined;
    try {
      if (this.depth > DEEPEST) throw new RangeError(`more than ${DEEPEST} nested callbacks`);
      result = Number(this.limited(() => this.functions[name]!(...args)) ?? 0);
    } catch (error) {
      this.fail(name, error);
    } finally {
      this.current = current;
      this.effective = effective;
      // Nested calls do not restore these when the limit ends them.
      this.restriction = restriction;
      this.depth = depth;
    }
    if (traced) traceCallbacks.end(traced, result);
    return result;
  }

  /**
   * Calls a callback and reads its result. Afterwards runs the actions that host calls have delayed: resume, local
   * reply, close.
   */
  callback<T>(context: Context, name: string, args: readonly number[], read: (result: number | undefined) => T): T {
    this.depth++;
    try {
      const outcome = read(this.call(context, name, args));
      this.hasReplied = false;
      this.runAfterCall();
      return outcome;
    } finally {
      this.depth--;
    }
  }

  afterCallback(action: () => void): void {
    this.afterCall.push(action);
  }

  /** Runs an action now, or, if a callback runs, when the callback has returned. */
  whenIdle(action: () => void): void {
    if (this.current === undefined) action();
    else this.afterCallback(action);
  }

  /** Runs an action when the VM has failed and the callback has returned. The returned function cancels the action. */
  whenFailed(action: () => void): () => void {
    this.afterFailure.add(action);
    return () => void this.afterFailure.delete(action);
  }

  log(level: LogLevel, message: string): void {
    const plugin = this.context.pluginName;
    this.services.log({ level, message, kind: "plugin", vmId: this.id, ...(plugin === undefined ? {} : { plugin }) });
  }

  logAsHost(message: string): void {
    const plugin = this.context.pluginName;
    const line = { level: LogLevel.Trace, message, kind: "host", vmId: this.id } as const;
    this.services.log({ ...line, ...(plugin === undefined ? {} : { plugin }) });
  }

  /** Ends the VM. Its streams get a local reply of 503 from now on. */
  private fail(name: string, error: unknown): void {
    this.failure = `Function: ${name} failed: ${describeTrap(error, this.module)}`;
    const plugin = this.context.pluginName;
    const line = { level: LogLevel.Error, message: this.failure, kind: "fault", vmId: this.id } as const;
    this.services.log({ ...line, ...(plugin === undefined ? {} : { plugin }) });
    this.afterCall.push(...this.afterFailure);
    this.afterFailure.clear();
  }

  /** Leaves the shared data of its VM id. */
  dispose(): void {
    this.services.sharedData.leave(this.id);
  }

  private limited<T>(call: () => T): T {
    const { callLimit } = this.services;
    return callLimit ? callLimit.run(call, this.module.hasLoopChecks) : call();
  }

  private runAfterCall(): void {
    for (let action = this.afterCall.shift(); action; action = this.afterCall.shift()) action();
  }

  private instantiate(imported: WebAssembly.Imports): WebAssembly.Instance {
    try {
      this.restriction = "start";
      const imports = bindImports(this, imported);
      const run = () => new WebAssembly.Instance(this.module.compiled, imports);
      const instance = this.services.callLimit?.run(run, false) ?? run();
      if (this.module.hasLoopChecks) startLoopChecks(instance.exports, () => this.services.callLimit?.check());
      return instance;
    } catch (error) {
      throw new PluginLoadError(`${this.module.name} failed to start: ${describeTrap(error, this.module)}`);
    } finally {
      this.restriction = undefined;
    }
  }

  private start(): void {
    this.restriction = "start";
    for (const [name, ...args] of this.module.starters) this.call(this.vmContext, name, args);
    this.restriction = undefined;
    if (this.failure === undefined) return;
    this.dispose();
    throw new PluginLoadError(this.failure);
  }

  /**
   * Calls the plugin's allocator. A trap there ends the VM; the host call fails, and the plugin's callback continues.
   */
  private allocate(allocator: string, size: number): number {
    const { current, effective, restriction } = this;
    this.restriction = "allocation";
    this.current = this.vmContext;
    this.effective = undefined;
    const { traceCallbacks } = this.services;
    const traced = traceCallbacks && { name: allocator, args: [size], context: 0, vm: this };
    if (traced) traceCallbacks.begin(traced);
    let address: number | undefined;
    try {
      address = Number(this.limited(() => this.functions[allocator]!(size))) >>> 0;
    } catch (error) {
      this.fail(allocator, error);
    } finally {
      this.current = current;
      this.effective = effective;
      this.restriction = restriction;
    }
    if (traced) traceCallbacks.end(traced, address);
    return address ?? 0;
  }
}
