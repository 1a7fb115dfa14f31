import { PLUGIN_LOG_LEVELS, type Engine, type PluginLogLevel } from "../spec/engine.js";
import type {
  GatewaySpec,
  ListenerSpec,
  PluginConfiguration,
  PluginSpec,
  TcpListenerSpec,
} from "../spec/gateway-spec.js";
import type { RequestLine } from "../spec/request-line.js";
import {
  byteString,
  configurationBytes,
  LogLevel,
  type Plugin,
  type Stats,
  VmPool,
  type HostKind,
  type LogLine,
  type Services,
} from "../host/index.js";
import { bootstrap } from "../envoy/bootstrap.js";
import { callLimit } from "./call-limit.js";
import { Clusters, type Upstreams } from "./clusters.js";
import { configDump } from "./config-dump.js";
import { PluginCalls, type CallFailures } from "./plugin-calls.js";
import { GrpcClient } from "./grpc.js";
import { HttpConnection } from "./http-connection.js";
import { HttpListener } from "./http-listener.js";
import { HttpSettings } from "./http-settings.js";
import { Plugins, type PluginPlan } from "./plugins.js";
import type { Port } from "./port.js";
import { planPorts } from "./ports.js";
import { prometheusText } from "./prometheus.js";
import { UnsupportedHeaders } from "./unsupported-headers.js";
import { RedisClient } from "./redis.js";
import { realServices } from "./services.js";
import { TcpConnection } from "./tcp-connection.js";
import { TcpListener, type TcpSettings } from "./tcp-listener.js";

export interface GatewayOptions {
  /** Called with each line that plugins and the host log. By default, errors go to stderr. */
  log?: (line: LogLine) => void;
  /** The log level that plugins get; `LogLevel.Info` by default. */
  logLevel?: LogLevel;
  /** Called once for each finished request of HTTP listeners, also for requests that no plugin has seen. */
  onRequest?: (line: RequestLine) => void;
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
  /**
   * The longest time in milliseconds that a callback of a plugin may run. A callback that runs longer, such as an endless
   * loop, ends the VM like a trap. No limit by default. With a limit, modules count the passes of their loops.
   */
  callLimitMs?: number;
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
  const gateway = new RunningGateway(options);
  try {
    await gateway.update(spec);
    return gateway;
  } catch (error) {
    await gateway.stop(0);
    throw error;
  }
}

/** A listener with the port that its connections come from. */
interface Served {
  listener: HttpListener | TcpListener;
  port: Port;
}

/** A running gateway. `startGateway` returns it. */
export class RunningGateway implements Engine {
  readonly pool: VmPool;
  /** Never resolves: the gateway only ends with `stop`. */
  readonly ended = new Promise<void>(() => {});
  private served = new Map<string, Served>();
  private readonly clusters = new Clusters();
  private readonly plugins: Plugins;
  /** Clients with connections to upstreams. */
  private readonly clients: readonly [GrpcClient, RedisClient];
  /** Removed listeners and ports with open connections. */
  private readonly leaving = new Set<Served["listener"]>();
  private readonly closing = new Set<Promise<void>>();
  private spec: GatewaySpec = { listeners: [] };
  private isStarted = false;
  private isStopped = false;
  /** The last update, which may be in progress. */
  private updates: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: GatewayOptions) {
    const { clusters } = this;
    const log = options.log ?? toStderr;
    const [grpc, redis] = (this.clients = [new GrpcClient(clusters), new RedisClient(clusters)]);
    const services = realServices(
      new PluginCalls(clusters, options.callFailures, new UnsupportedHeaders(log)),
      (line) => {
        this.plugins.heard(line);
        log(line);
      },
      options.logLevel,
      { grpc, redis },
    );
    if (options.callLimitMs !== undefined) services.callLimit = callLimit(options.callLimitMs);
    if (options.trace) services.trace = options.trace;
    if (options.traceCallbacks) services.traceCallbacks = options.traceCallbacks;
    this.pool = new VmPool(services);
    this.plugins = new Plugins(this.pool, options);
  }

  /** The port of a listener on 127.0.0.1. */
  port(listener: string): number {
    return this.find(listener).port.number;
  }

  /** Sets the lowest level at which plugins log. */
  setLogLevel(level: PluginLogLevel): Promise<void> {
    this.pool.services.logLevel = PLUGIN_LOG_LEVELS.indexOf(level);
    return Promise.resolve();
  }

  /** The number of requests in flight, or of open TCP connections, of a listener. */
  active(listener: string): number {
    return this.find(listener).listener.active;
  }

  /** The number of requests of a listener whose client disconnected before the end of the response. */
  abandoned(listener: string): number {
    return this.find(listener).listener.abandoned;
  }

  /** The counters and gauges of the host and of plugins. Those of plugins begin with "wasmcustom." */
  get stats(): Stats {
    return this.pool.services.stats;
  }

  /** A plugin of a listener. */
  plugin(listener: string, name: string): Plugin {
    this.find(listener);
    const plugin = this.plugins.find(listener, name);
    if (!plugin) throw new Error(`listener "${listener}" has no plugin "${name}"`);
    return plugin;
  }

  /**
   * Gives a plugin a new configuration. Requests in flight keep the configuration that they began with.
   *
   * @returns whether the plugin accepted the configuration; if not, the plugin keeps the previous one
   */
  updatePlugin(listener: string, plugin: string, configuration: PluginConfiguration | undefined): boolean {
    this.plugin(listener, plugin);
    if (!this.plugins.configure(listener, plugin, configurationBytes(configuration))) return false;
    const { plugins = [] } = this.spec.listeners.find(({ name }) => name === listener)!;
    const spec = plugins.find(({ name }) => name === plugin)!;
    if (configuration === undefined) delete spec.configuration;
    else spec.configuration = structuredClone(configuration);
    return true;
  }

  /**
   * Puts another spec in force. No request fails: requests in flight end with the plugins, the routes and the clusters
   * that they began with, and the next request on the same connection gets the new ones. Plugins whose spec does not
   * change keep their VM and their state, wherever they stand in the chain. A listener without a `port` keeps its port.
   *
   * @throws Error that names each plugin that does not load or rejects its configuration, or the port that is in use.
   *   The previous spec then stays in force as a whole
   * @example
   * await gateway.update({ ...spec, clusters: [{ name: "foo", port: 9090 }] });
   */
  update(spec: GatewaySpec): Promise<void> {
    const update = this.updates.then(() => this.apply(spec));
    this.updates = update.catch(() => {});
    return update;
  }

  /** All counters, gauges and histograms in the text format of Prometheus, under Envoy's names. */
  prometheus(): Promise<string> {
    const gauges = [...this.served].flatMap(([name, { listener }]) =>
      listener instanceof HttpListener
        ? [
            [`http.${name}.downstream_rq_active`, BigInt(listener.active)] as const,
            [`http.${name}.downstream_cx_active`, BigInt(listener.connections)] as const,
          ]
        : [],
    );
    return Promise.resolve(prometheusText(this.stats, gauges));
  }

  /** The running configuration in the format of Envoy's `/config_dump`, without private keys. */
  configDump(): Promise<object> {
    const listeners = this.spec.listeners.map((one) => ({ ...one, port: this.port(one.name) }));
    return Promise.resolve(configDump({ ...this.spec, listeners }));
  }

  /** Stops accepting requests, lets requests in flight end within the grace period, and stops the plugins. */
  async stop(graceMs = 3000): Promise<void> {
    this.isStopped = true;
    await this.updates;
    const served = [...this.served.values()];
    const closed = served.map(({ port }) => port.close());
    const listeners = [...served.map(({ listener }) => listener), ...this.leaving];
    await Promise.all(listeners.map((listener) => listener.stop(graceMs)));
    await Promise.all([...closed, ...this.closing]);
    this.plugins.stop();
    for (const one of [...this.clients, this.clusters]) one.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  private find(name: string): Served {
    const found = this.served.get(name);
    if (!found) throw new Error(`no listener "${name}"`);
    return found;
  }

  private async apply(spec: GatewaySpec): Promise<void> {
    if (this.isStopped) throw new Error("the gateway has been stopped");
    check(spec);
    const clusters = this.clusters.plan(spec.clusters ?? []);
    const plan = this.clusters.during(clusters, () => this.plugins.plan(spec.listeners, !this.isStarted));
    let next: Prepared;
    try {
      next = await this.prepare(spec, plan, clusters);
    } catch (error) {
      plan.abandon();
      throw error;
    }
    // From here on, nothing fails, and nothing runs in between.
    const removed = new Set(plan.commit());
    const left = this.serve(next);
    const draining = new Set(left.flatMap((listener) => [...listener.settings.plugins]));
    for (const plugin of removed) if (!draining.has(plugin)) plugin.stop();
    for (const listener of left) void this.drain(listener, removed);
    for (const upstream of this.clusters.replace(next.clusters)) {
      upstream.retire();
      for (const client of this.clients) client.retire(upstream);
    }
    this.spec = next.spec;
    this.isStarted = true;
  }

  /** Makes all that a spec needs, and changes nothing that is in force. */
  private async prepare(spec: GatewaySpec, plan: PluginPlan, clusters: Upstreams): Promise<Prepared> {
    const settings = new Map(
      spec.listeners.map((one) => [one.name, settingsOf(one, plan.chain(one.name), clusters)] as const),
    );
    const open = new Map([...this.served].map(([name, { port }]) => [name, port]));
    const { ports, opened } = await planPorts(spec.listeners, open);
    try {
      const copy = structuredClone(spec);
      this.clusters.during(clusters, () => plan.begin());
      return { spec: copy, clusters, settings, ports };
    } catch (error) {
      for (const port of opened) void port.close();
      throw error;
    }
  }

  /** Puts settings and ports in force. Returns the listeners that are no longer used. */
  private serve({ settings, ports }: Prepared): Served["listener"][] {
    const before = this.served;
    this.served = new Map();
    for (const [name, port] of ports) {
      const old = before.get(name);
      const listener = this.listenerFor(name, settings.get(name)!, old?.listener);
      this.served.set(name, { listener, port });
      if (listener !== old?.listener || port !== old.port) listener.listen(port);
    }
    const served = [...this.served.values()];
    for (const { port } of before.values()) {
      if (served.some((one) => one.port === port)) continue;
      const closed = port.close().then(() => void this.closing.delete(closed));
      this.closing.add(closed);
    }
    return [...before.values()]
      .map(({ listener }) => listener)
      .filter((one) => this.served.get(one.name)?.listener !== one);
  }

  /** The listener for settings: the one that has served them so far, or a new one. */
  private listenerFor(name: string, settings: Settings, old: Served["listener"] | undefined): Served["listener"] {
    const { services } = this.pool;
    if (settings instanceof HttpSettings) {
      if (!(old instanceof HttpListener)) {
        return new HttpListener(name, settings, services, this.options.onRequest, (...of) => new HttpConnection(...of));
      }
      old.settings = settings;
      return old;
    }
    if (!(old instanceof TcpListener)) {
      return new TcpListener(name, settings, services, (...of) => new TcpConnection(...of));
    }
    old.settings = settings;
    return old;
  }

  /** Lets a removed listener end with its last connection, and then its plugins. */
  private async drain(listener: Served["listener"], removed: ReadonlySet<Plugin>): Promise<void> {
    this.leaving.add(listener);
    await listener.drain();
    this.leaving.delete(listener);
    for (const plugin of listener.settings.plugins) if (removed.has(plugin)) plugin.stop();
  }
}

type Settings = HttpSettings | TcpSettings;

/** What a spec needs, ready to be put in force. */
interface Prepared {
  spec: GatewaySpec;
  clusters: Upstreams;
  /** By the names of listeners. */
  settings: ReadonlyMap<string, Settings>;
  ports: ReadonlyMap<string, Port>;
}

function settingsOf(spec: ListenerSpec | TcpListenerSpec, plugins: readonly Plugin[], clusters: Upstreams): Settings {
  if ("tcp" in spec) return { plugins, clusters, cluster: byteString(spec.tcp) };
  return new HttpSettings(spec, plugins, clusters);
}

/** @throws Error for a spec that Envoy would reject */
function check(spec: GatewaySpec): void {
  for (const one of spec.listeners) {
    if ("envoyFilters" in one && one.envoyFilters?.length) {
      throw new Error(`listener "${one.name}": the Node gateway does not support envoyFilters; use a real Envoy`);
    }
  }
  const bare = ({ name, wasm }: PluginSpec) => ({ name, wasm });
  bootstrap({
    ...spec,
    listeners: spec.listeners.map((one) => ({ ...one, plugins: (one.plugins ?? []).map(bare) })),
  });
}

function toStderr({ level, message, plugin }: LogLine): void {
  if (level >= LogLevel.Error) console.error(`[${LogLevel[level].toLowerCase()}] ${plugin ?? ""}: ${message}`);
}
