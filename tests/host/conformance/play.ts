import { readFileSync } from "node:fs";
import type { GuestMemory } from "../../../sdk/host/guest-memory.js";
import {
  PluginModule,
  Vm,
  type HostKind,
  type LogLine,
  type Pair,
  type Plugin,
  type PluginOptions,
  type Services,
  type TracedCall,
  type VmOptions,
} from "../../../sdk/host/index.js";
import { benchServices, type ListenerSettings } from "../bench.js";
import { Guest } from "./support/guest.js";
import { Rig, type Opened } from "./support/rig.js";

export interface PlayOptions {
  configuration?: string;
  host?: HostKind;
  services?: Partial<Services>;
  plugin?: Partial<PluginOptions>;
  /** Keeps the records of the plugin's start: of the VM in which the host tries the configuration, and of the VM that serves. */
  fromStart?: boolean;
}

/** A plugin on a host that records host calls and log lines. */
export class Played {
  readonly plugin: Plugin;
  private readonly rig: Rig;

  /** @param plugin a guest, or the path of a built plugin */
  constructor(plugin: Guest | string, options: PlayOptions = {}) {
    const { configuration = "", services = {}, host = "envoy", fromStart = false } = options;
    this.rig = new Rig(services);
    const bytes = typeof plugin === "string" ? readFileSync(plugin) : plugin.bytes;
    this.plugin = this.rig.pluginFrom(PluginModule.load(bytes, { host }), configuration, options.plugin);
    if (!fromStart) this.forget();
  }

  /** Begins a request. */
  open(headers: readonly Pair[] = [], end = true, { limit, findRoute }: ListenerSettings = {}): Opened {
    const settings = { ...(limit === undefined ? {} : { limit }), ...(findRoute ? { route: findRoute } : {}) };
    return this.rig.open([this.plugin], { headers, end, ...settings });
  }

  /** Plays a whole request without a body. If it reaches the upstream, the response is 200 and "upstream". */
  request(headers: readonly Pair[] = []): Opened {
    const opened = this.open(headers);
    if (opened.upstream) opened.respond();
    opened.stream.destroy();
    return opened;
  }

  get calls(): TracedCall[] {
    return this.rig.traced;
  }

  get lines(): LogLine[] {
    return this.rig.services.lines;
  }

  get memory(): GuestMemory {
    return this.plugin.vms[0]!.memory;
  }

  /** The plugin's log lines. */
  get logged(): string[] {
    return this.rig.logged;
  }

  /** The statuses of the host calls with this name, or of all host calls except `proxy_log`. */
  statuses(name?: string): (number | undefined)[] {
    const matching = this.calls.filter((call) => (name === undefined ? call.name !== "proxy_log" : call.name === name));
    return matching.map(({ result }) => result);
  }

  /** Drops all records so far. */
  forget(): void {
    this.calls.length = 0;
    this.lines.length = 0;
  }
}

/** The statuses of host calls that a plugin makes in its request headers callback. */
export function statusesOf(guest: Guest, calls: readonly string[], options: PlayOptions = {}): (number | undefined)[] {
  const played = new Played(guest.on("proxy_on_request_headers", calls), options);
  played.open();
  return played.statuses();
}

/** Starts a VM. Returns the lines that the plugin logs during the start. */
export function linesAtStart(guest: Guest, options: VmOptions = {}, host: HostKind = "envoy"): string[] {
  const services = benchServices();
  new Vm(PluginModule.load(guest.bytes, { host }), options, services);
  return services.lines.filter(({ kind }) => kind === "plugin").map(({ message }) => message);
}

/** A plugin that logs the callbacks of its start with their arguments. */
export function loggingStart(): Guest {
  const guest = Guest.bare();
  for (const name of ["proxy_on_context_create", "proxy_on_vm_start", "proxy_on_configure"]) {
    guest.on(name, guest.logText(name) + guest.digit("(local.get 0)") + guest.digit("(local.get 1)"));
  }
  return guest;
}
