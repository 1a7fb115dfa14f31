import { existsSync, readFileSync } from "node:fs";
import type { GatewaySpec, PluginConfiguration, PluginSpec } from "../spec/gateway-spec.js";
import {
  configurationBytes,
  LogLevel,
  Plugin,
  PluginLoadError,
  PluginModule,
  type HostKind,
  type LogLine,
  type PreparedConfiguration,
  type VmPool,
} from "../host/index.js";

export interface PluginSettings {
  /** The gateway whose host calls plugins get; "envoy" by default. */
  host?: HostKind;
  reloadIntervalMs?: number;
  /** See `GatewayOptions`. */
  callLimitMs?: number;
}

/** A plugin of a listener, with the spec that it was made for. */
interface Placed {
  plugin: Plugin;
  /** The path of the module. */
  wasm: string;
  module: PluginModule;
  /** The spec without the configuration and the order, as text. */
  settings: string;
  configuration: Buffer;
}

/** The plugins for another spec. Call `begin`, then `commit`; or `abandon` in place of them. */
export interface PluginPlan {
  /** The plugins of a listener in the order of its spec. */
  chain(listener: string): Plugin[];
  /**
   * Starts the new configurations beside the ones in force.
   *
   * @throws Error when a plugin rejects its configuration although it has accepted it before
   */
  begin(): void;
  /** Puts the new configurations in force. Returns the plugins that are no longer used. */
  commit(): Plugin[];
  abandon(): void;
}

/**
 * The plugins of all listeners, by listener and name. Plugins whose spec does not change stay as they are, with their
 * VM and their state, wherever they stand in the chain.
 */
export class Plugins {
  private placed = new Map<string, Placed>();
  /** The log lines of the plugin that tries a configuration. */
  private said: LogLine[] | undefined;

  constructor(
    private readonly pool: VmPool,
    private readonly options: PluginSettings,
  ) {}

  /** Pass all log lines of the host here, so that errors can repeat what a plugin said. */
  heard(line: LogLine): void {
    this.said?.push(line);
  }

  find(listener: string, name: string): Plugin | undefined {
    return this.placed.get(keyOf(listener, name))?.plugin;
  }

  /** Gives a plugin another configuration. Returns false, and keeps the previous one, when the plugin rejects it. */
  configure(listener: string, name: string, configuration: Buffer): boolean {
    const placed = this.placed.get(keyOf(listener, name))!;
    if (rejectionOf(() => placed.plugin.configure(configuration)) !== undefined) return false;
    placed.configuration = configuration;
    return true;
  }

  /**
   * Loads new modules, and tries new configurations in VMs of their own.
   *
   * @param isStart plugins with `ecds: true` may reject their configuration, as at the start of an Envoy
   * @throws Error that names each plugin that cannot be used, with the reason
   */
  plan(listeners: GatewaySpec["listeners"], isStart: boolean): PluginPlan {
    const modules = new Map([...this.placed.values()].map(({ wasm, module }) => [wasm, module]));
    const next = new Map<string, Placed>();
    const chains = new Map<string, Plugin[]>();
    const changed: Placed[] = [];
    const created: Plugin[] = [];
    const problems: string[] = [];
    for (const { name: listener, plugins = [] } of listeners) {
      const chain: Plugin[] = [];
      for (const spec of plugins) {
        const key = keyOf(listener, spec.name);
        const before = this.placed.get(key);
        const problem = this.noting(spec, () => {
          const placed = this.place(spec, before, modules);
          next.set(key, placed);
          chain.push(placed.plugin);
          if (placed.plugin !== before?.plugin) created.push(placed.plugin);
          const isNew = placed.plugin !== before?.plugin || !placed.configuration.equals(before.configuration);
          if (spec.ecds === "later" || !isNew) return;
          placed.plugin.tryOut(placed.configuration);
          changed.push(placed);
        });
        if (problem !== undefined && !(isStart && spec.ecds && next.has(key))) problems.push(problem);
      }
      chains.set(listener, chain);
    }
    const prepared: PreparedConfiguration[] = [];
    const abandon = () => {
      for (const one of prepared) one.abandon();
      for (const plugin of created) plugin.stop();
    };
    if (problems.length > 0) {
      abandon();
      throw new Error(problems.join("\n"));
    }
    return {
      abandon,
      chain: (listener) => chains.get(listener)!,
      begin: () => {
        for (const { plugin, configuration } of changed) {
          const { name } = plugin.options;
          const problem = this.noting({ name }, () => void prepared.push(plugin.prepare(configuration)));
          if (problem !== undefined) throw new Error(problem);
        }
      },
      commit: () => {
        for (const one of prepared) one.commit();
        const kept = new Set([...next.values()].map(({ plugin }) => plugin));
        const removed = [...this.placed.values()].map(({ plugin }) => plugin).filter((one) => !kept.has(one));
        this.placed = next;
        return removed;
      },
    };
  }

  stop(): void {
    for (const { plugin } of this.placed.values()) plugin.stop();
  }

  /** The plugin for a spec: the one of the previous spec if it fits, or a new one without a configuration. */
  private place(spec: PluginSpec, before: Placed | undefined, modules: Map<string, PluginModule>): Placed {
    const { name, rootId, failurePolicy, failOpen, allowOnHeadersStopIteration } = spec;
    const module = this.load(spec, modules);
    const configuration = bytesOf(spec.configuration, name);
    const vm = {
      id: spec.vmId ?? "",
      configuration: bytesOf(spec.vmConfiguration, name),
      environment: spec.environment ?? {},
      capabilities: spec.capabilities ?? [],
    };
    const own = { rootId, failurePolicy, failOpen, allowOnHeadersStopIteration };
    const settings = JSON.stringify([own, { ...vm, configuration: vm.configuration.toString("latin1") }]);
    if (before?.module === module && before.settings === settings) {
      return { ...before, configuration };
    }
    const { reloadIntervalMs } = this.options;
    const given = Object.entries({ ...own, reloadIntervalMs }).filter(([, value]) => value !== undefined);
    const plugin = new Plugin({ name, module, vm, ...(Object.fromEntries(given) as object) }, this.pool);
    return { plugin, wasm: spec.wasm, module, settings, configuration };
  }

  /** Reads a module. A module whose file does not change is compiled once. */
  private load({ name, wasm }: PluginSpec, modules: Map<string, PluginModule>): PluginModule {
    const { host = "envoy", callLimitMs } = this.options;
    const label = `plugin "${name}" (${wasm})`;
    const bytes = read(wasm, label);
    const known = modules.get(wasm);
    if (known && bytes.equals(known.bytes)) return known;
    const map = `${wasm}.map`;
    const sourceMap = existsSync(map) ? { sourceMap: readFileSync(map, "utf8") } : {};
    const module = PluginModule.load(bytes, { name: label, host, loopChecks: callLimitMs !== undefined, ...sourceMap });
    modules.set(wasm, module);
    return module;
  }

  /** Runs a step for a plugin. Returns why the plugin cannot be used, if so. */
  private noting({ name }: Pick<PluginSpec, "name">, run: () => void): string | undefined {
    const said: LogLine[] = [];
    this.said = said;
    const error = rejectionOf(run);
    this.said = undefined;
    if (!error) return undefined;
    const { message } = error;
    if (!message.startsWith("Failed to configure plugin")) {
      return message.startsWith(`plugin "${name}"`) ? message : `plugin "${name}": ${message}`;
    }
    const last = said.filter(({ kind, level }) => kind === "plugin" && level >= LogLevel.Error).at(-1);
    return `plugin "${name}" rejected its configuration${last ? `: ${last.message}` : ""}`;
  }
}

function keyOf(listener: string, plugin: string): string {
  return JSON.stringify([listener, plugin]);
}

/** @throws PluginLoadError for a file that cannot be read */
function read(wasm: string, label: string): Buffer {
  try {
    return readFileSync(wasm);
  } catch (error) {
    throw new PluginLoadError(`${label} cannot be read: ${(error as Error).message}`);
  }
}

/** @throws PluginLoadError for a configuration that JSON cannot represent */
function bytesOf(configuration: PluginConfiguration | undefined, name: string): Buffer {
  try {
    return configurationBytes(configuration);
  } catch (error) {
    throw new PluginLoadError(`plugin "${name}": ${(error as Error).message}`);
  }
}

/** Runs a step, and returns the error if a plugin fails in it. */
function rejectionOf(run: () => void): PluginLoadError | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof PluginLoadError) return error;
    throw error;
  }
}
