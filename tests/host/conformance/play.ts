import { readFileSync } from "node:fs";
import type { GuestMemory } from "../../../sdk/host/module/memory.js";
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
  /** Keeps what is noted while the plugin starts: in a VM of its own, where it is tried, and then where it stays. */
  fromStart?: boolean;
}

/** One plugin at work, whose host calls and lines are noted. */
export class Played {
  readonly plugin: Plugin;
  private readonly rig: Rig;

  /** @param plugin a plugin for the test, or the path of a built one */
  constructor(plugin: Guest | string, options: PlayOptions = {}) {
    const { configuration = "", services = {}, host = "envoy", fromStart = false } = options;
    this.rig = new Rig(services);
    const bytes = typeof plugin === "string" ? readFileSync(plugin) : plugin.bytes;
    this.plugin = this.rig.foreign(PluginModule.load(bytes, { host }), configuration, options.plugin);
    if (!fromStart) this.forget();
  }

  /** Begins a request. */
  open(headers: readonly Pair[] = [], end = true, { limit, findRoute }: ListenerSettings = {}): Opened {
    const around = { ...(limit === undefined ? {} : { limit }), ...(findRoute ? { route: findRoute } : {}) };
    return this.rig.open([this.plugin], { headers, end, ...around });
  }

  /** A whole request without a body, answered with 200 and "upstream" if it reaches the upstream. */
  request(headers: readonly Pair[] = []): Opened {
    const opened = this.open(headers);
    if (opened.upstream) opened.answer();
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

  /** What the plugin has logged. */
  get said(): string[] {
    return this.rig.logged;
  }

  /** The statuses of host calls of that name, or of all but the log's. */
  statuses(name?: string): (number | undefined)[] {
    const wanted = this.calls.filter((call) => (name === undefined ? call.name !== "proxy_log" : call.name === name));
    return wanted.map(({ result }) => result);
  }

  forget(): void {
    this.calls.length = 0;
    this.lines.length = 0;
  }
}

/** The statuses of host calls that a plugin makes when request headers come. */
export function statusesOf(guest: Guest, calls: readonly string[], options: PlayOptions = {}): (number | undefined)[] {
  const played = new Played(guest.on("proxy_on_request_headers", calls), options);
  played.open();
  return played.statuses();
}

/** Starts a VM and gives what the plugin has said meanwhile. */
export function started(guest: Guest, options: VmOptions = {}, host: HostKind = "envoy"): string[] {
  const services = benchServices();
  new Vm(PluginModule.load(guest.bytes, { host }), options, services);
  return services.lines.filter(({ kind }) => kind === "plugin").map(({ message }) => message);
}

/** A plugin that logs the callbacks of its start, with their arguments. */
export function telling(): Guest {
  const guest = Guest.bare();
  for (const name of ["proxy_on_context_create", "proxy_on_vm_start", "proxy_on_configure"]) {
    guest.on(name, guest.say(name) + guest.digit("(local.get 0)") + guest.digit("(local.get 1)"));
  }
  return guest;
}
