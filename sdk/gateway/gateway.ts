import { existsSync, readFileSync } from "node:fs";
import type { GatewaySpec, PluginConfiguration, PluginSpec } from "../spec/gateway-spec.js";
import {
  byteString,
  configurationBytes,
  LogLevel,
  Plugin,
  PluginLoadError,
  PluginModule,
  type Stats,
  VmPool,
  type HostKind,
  type LogLine,
  type Services,
} from "../host/index.js";
import { PluginCalls, type CallFailures } from "./plugin-calls.js";
import { GrpcClient } from "./grpc.js";
import { HttpConnection } from "./http-connection.js";
import { HttpListener } from "./http-listener.js";
import type { Listener } from "./listener.js";
import { UnsupportedHeaders } from "./unsupported-headers.js";
import { RedisClient } from "./redis.js";
import { realServices } from "./services.js";
import { TcpConnection } from "./tcp-connection.js";
import { TcpListener } from "./tcp-listener.js";
import { Upstream } from "./upstream.js";

export interface GatewayOptions {
  /** Called with each line that plugins and the host log. By default, errors go to stderr. */
  log?: (line: LogLine) => void;
  /** The log level that plugins get; `LogLevel.Info` by default. */
  logLevel?: LogLevel;
  /** The call result when an upstream fails: "response" (503 or 504, as in Envoy), which is the default, or "reset". */
  callFailures?: CallFailures;
  /** The gateway whose host calls plugins get; "envoy" by default. */
  host?: HostKind;
  /** Called after every host call. */
  trace?: Services["trace"];
  /** Called before and after every call into a plugin, including allocator calls. */
  traceCallbacks?: Services["traceCallbacks"];
  /** The least time in milliseconds between the starts of two VMs with FAIL_RELOAD; 1000 by default. */
  reloadIntervalMs?: number;
}

/**
 * Starts a gateway on the Node host in this process. `startEnvoy` runs the same spec on a real Envoy.
 *
 * @throws Error when a port is in use, or when a plugin does not load or rejects its configuration. A plugin with
 *   `ecds: true` may reject its configuration: requests then get status 500
 * @example
 * const gateway = await startGateway({
 *   listeners: [{ name: "gateway", plugins: [{ name: "mock", wasm: "plugin.wasm" }], routes: [{ prefix: "/", cluster: "foo" }] }],
 *   clusters: [{ name: "foo", port: 8080 }],
 * });
 * await fetch(`http://127.0.0.1:${gateway.port("gateway")}/`);
 * await gateway.stop();
 */
export async function startGateway(spec: GatewaySpec, options: GatewayOptions = {}): Promise<RunningGateway> {
  const clusters = new Map(
    (spec.clusters ?? []).map(({ name, address = "127.0.0.1", port, http2 }) => [
      byteString(name),
      new Upstream(address, port, http2),
    ]),
  );
  const grpc = new GrpcClient(clusters);
  const redis = new RedisClient(clusters);
  const log = options.log ?? toStderr;
  const services = realServices(
    new PluginCalls(clusters, options.callFailures, new UnsupportedHeaders(log)),
    log,
    options.logLevel,
    {
      grpc,
      redis,
    },
  );
  if (options.trace) services.trace = options.trace;
  if (options.traceCallbacks) services.traceCallbacks = options.traceCallbacks;
  const pool = new VmPool(services);
  const modules = new Map<string, PluginModule>();
  const listeners: Listener[] = [];
  const gateway = new RunningGateway(listeners, clusters, pool, [grpc, redis]);
  try {
    for (const one of spec.listeners) {
      if ("envoyFilters" in one && one.envoyFilters?.length) {
        throw new Error(`listener "${one.name}": the Node gateway does not support envoyFilters; use a real Envoy`);
      }
      const plugins = (one.plugins ?? []).map((plugin) => loadPlugin(plugin, modules, pool, options));
      const listener =
        "tcp" in one
          ? new TcpListener(one, plugins, clusters, services, (...of) => new TcpConnection(...of))
          : new HttpListener(one, plugins, clusters, services, (...of) => new HttpConnection(...of));
      await listener.listen();
      listeners.push(listener);
    }
    return gateway;
  } catch (error) {
    await gateway.stop(0);
    throw error;
  }
}

/** A running gateway. `startGateway` returns it. */
export class RunningGateway {
  constructor(
    private readonly listeners: readonly Listener[],
    private readonly clusters: ReadonlyMap<string, Upstream>,
    readonly pool: VmPool,
    /** Clients with connections to upstreams. */
    private readonly clients: readonly { stop(): void }[],
  ) {}

  /** The port of a listener on 127.0.0.1. */
  port(listener: string): number {
    return this.listener(listener).port;
  }

  /** The number of requests in flight, or of open TCP connections, of a listener. */
  active(listener: string): number {
    return this.listener(listener).active;
  }

  /** The number of requests of a listener whose client disconnected before the end of the response. */
  abandoned(listener: string): number {
    return this.listener(listener).abandoned;
  }

  /** The counters and gauges of the host and of plugins. Those of plugins begin with "wasmcustom." */
  get stats(): Stats {
    return this.pool.services.stats;
  }

  /** A plugin of a listener. */
  plugin(listener: string, name: string): Plugin {
    const plugin = this.listener(listener).plugins.find(({ options }) => options.name === name);
    if (!plugin) throw new Error(`listener "${listener}" has no plugin "${name}"`);
    return plugin;
  }

  /**
   * Gives a plugin a new configuration. Requests in flight keep the configuration that they began with.
   *
   * @returns whether the plugin accepted the configuration; if not, the plugin keeps the previous one
   */
  updatePlugin(listener: string, plugin: string, configuration: PluginConfiguration | undefined): boolean {
    return configured(this.plugin(listener, plugin), configuration);
  }

  /** Stops accepting requests, lets requests in flight end within the grace period, and stops the plugins. */
  async stop(graceMs = 3000): Promise<void> {
    await Promise.all(this.listeners.map((listener) => listener.stop(graceMs)));
    for (const { plugins } of this.listeners) for (const plugin of plugins) plugin.stop();
    for (const one of [...this.clients, ...this.clusters.values()]) one.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  private listener(name: string): Listener {
    const listener = this.listeners.find((one) => one.name === name);
    if (!listener) throw new Error(`no listener "${name}"`);
    return listener;
  }
}

function loadPlugin(
  spec: PluginSpec,
  modules: Map<string, PluginModule>,
  pool: VmPool,
  options: GatewayOptions,
): Plugin {
  let module = modules.get(spec.wasm);
  if (!module) modules.set(spec.wasm, (module = loadModule(spec, options)));
  const { name, rootId, failurePolicy, failOpen, allowOnHeadersStopIteration } = spec;
  const settings = {
    rootId,
    failurePolicy,
    failOpen,
    allowOnHeadersStopIteration,
    reloadIntervalMs: options.reloadIntervalMs,
  };
  const plugin = new Plugin(
    {
      ...{ name, module },
      vm: {
        ...{
          id: spec.vmId ?? "",
          configuration: configurationBytes(spec.vmConfiguration),
          environment: spec.environment ?? {},
        },
        capabilities: spec.capabilities ?? [],
      },
      ...(Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as object),
    },
    pool,
  );
  if (spec.ecds !== "later" && !configured(plugin, spec.configuration) && !spec.ecds) {
    throw new Error(`plugin "${name}" rejected its configuration`);
  }
  return plugin;
}

function loadModule({ name, wasm }: PluginSpec, { host = "envoy" }: GatewayOptions): PluginModule {
  const map = `${wasm}.map`;
  const sourceMap = existsSync(map) ? { sourceMap: readFileSync(map, "utf8") } : {};
  return PluginModule.load(readFileSync(wasm), { name: `plugin "${name}" (${wasm})`, host, ...sourceMap });
}

function configured(plugin: Plugin, configuration: PluginConfiguration | undefined): boolean {
  try {
    plugin.configure(configurationBytes(configuration));
    return true;
  } catch (error) {
    if (error instanceof PluginLoadError) return false;
    throw error;
  }
}

function toStderr({ level, message, plugin }: LogLine): void {
  if (level >= LogLevel.Error) console.error(`[${LogLevel[level].toLowerCase()}] ${plugin ?? ""}: ${message}`);
}
