import {
  HeaderMap,
  Plugin,
  PluginModule,
  VmPool,
  type Pair,
  type PluginOptions,
  type RouteInfo,
  type Services,
  type StreamInfo,
  type TracedCall,
} from "../../../../sdk/host/index.js";
import { benchServices, openExchange, type Exchange } from "../../bench.js";
import type { Guest } from "./guest.js";
import { ManualTimers, ScriptedUpstreams } from "./services.js";

export interface OpenOptions {
  /** The request has no body; true by default. */
  end?: boolean;
  headers?: readonly Pair[];
  /** The most bytes of a body that may be buffered. */
  limit?: number;
  route?: (headers: HeaderMap) => RouteInfo | undefined;
  /** Changes the properties of the request before it begins. */
  prepare?: (info: StreamInfo) => void;
}

/** A stream, with the messages that its upstream and its client have received, and its events. */
export interface Opened extends Exchange {
  /** "request paused", "request resumed", …, and "finished". */
  events: string[];
  /** Sends the upstream's response. */
  respond(status?: number, body?: string, headers?: readonly Pair[]): void;
}

/** A host with guests as plugins. The test controls its timers and upstreams. */
export class Rig {
  readonly timers = new ManualTimers();
  readonly upstreams = new ScriptedUpstreams();
  readonly traced: TracedCall[] = [];
  readonly services: ReturnType<typeof benchServices>;
  readonly pool: VmPool;
  private readonly guests = new Map<Plugin, Guest>();
  private connections = 0n;

  constructor(changes: Partial<Services> = {}) {
    this.services = benchServices({
      clock: {
        wall: () => this.timers.nanoseconds + 1_800_000_000_000_000_000n,
        monotonic: () => this.timers.nanoseconds,
      },
      timers: this.timers,
      upstreams: this.upstreams,
      trace: (one) => void this.traced.push(one),
      ...changes,
    });
    this.pool = new VmPool(this.services);
  }

  /** Loads a module. Plugins with the same module can share a VM. */
  module(guest: Guest): PluginModule {
    return PluginModule.load(guest.bytes, { host: guest.host });
  }

  /** Adds a plugin and configures it. */
  plugin(guest: Guest, options: Partial<PluginOptions> & { configuration?: string } = {}): Plugin {
    const { configuration = "", ...rest } = options;
    const plugin = this.unconfigured(guest, rest);
    plugin.configure(Buffer.from(configuration));
    return plugin;
  }

  /** Adds a plugin from a module that is not a guest. */
  pluginFrom(module: PluginModule, configuration: string, options: Partial<PluginOptions> = {}): Plugin {
    const plugin = new Plugin({ name: "plugin", ...options, module }, this.pool);
    plugin.configure(Buffer.from(configuration));
    return plugin;
  }

  /** Adds a plugin without a configuration. */
  unconfigured(guest: Guest, rest: Partial<PluginOptions> = {}): Plugin {
    const module = rest.module ?? this.module(guest);
    const plugin = new Plugin({ name: "plugin", ...rest, module }, this.pool);
    this.guests.set(plugin, guest);
    return plugin;
  }

  /** The callbacks that the plugin's VM has got, or only those that start with the prefix. */
  callbacks(plugin: Plugin, prefix = ""): string[] {
    const lines = this.guests.get(plugin)!.journal(plugin.vms[0]!);
    return lines.filter((line) => line.startsWith(prefix));
  }

  /** The statuses of a host call, in order. */
  statuses(name: string): (number | undefined)[] {
    return this.traced.filter((one) => one.name === name).map(({ result }) => result);
  }

  number(plugin: Plugin, slot: string): number {
    return this.guests.get(plugin)!.number(plugin.vms[0]!, slot);
  }

  bytes(plugin: Plugin, name: string): Buffer {
    return this.guests.get(plugin)!.bytesOf(plugin.vms[0]!, name);
  }

  /** The log lines of all plugins. */
  get logged(): string[] {
    return this.services.lines.filter(({ kind }) => kind === "plugin").map(({ message }) => message);
  }

  /** Begins a request to /foo. */
  open(plugins: readonly Plugin[], options: OpenOptions = {}): Opened {
    const { route, ...opening } = options;
    const events: string[] = [];
    const flow = (side: string) => (paused: boolean) => void events.push(`${side} ${paused ? "paused" : "resumed"}`);
    const listeners = {
      requestFlow: flow("request"),
      responseFlow: flow("response"),
      finished: () => void events.push("finished"),
    };
    const connection = ++this.connections;
    const found = route ? { findRoute: route } : {};
    const exchange = openExchange(plugins, this.services, { ...opening, ...found, connection, listeners });
    const respond = (status = 200, body = "upstream", more: readonly Pair[] = []) => {
      const map = new HeaderMap("response", [[":status", String(status)], ...more]);
      exchange.stream.responseHeaders(map, body === "");
      if (body !== "") exchange.stream.responseData(Buffer.from(body), true);
    };
    return Object.assign(exchange, { events, respond });
  }
}
