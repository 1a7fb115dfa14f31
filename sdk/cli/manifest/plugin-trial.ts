import { existsSync, readFileSync } from "node:fs";
import { randomFillSync } from "node:crypto";
import {
  configurationBytes,
  LogLevel,
  Plugin,
  PluginLoadError,
  PluginModule,
  SharedData,
  Stats,
  VmPool,
  type HostKind,
  type LogLine,
} from "../../host/index.js";
import { callLimit } from "../../gateway/call-limit.js";
import type { JsonObject } from "../../spec/json.js";

/** How long a parser may run. */
const LIMIT_MS = 2000;

/** What a plugin says to a configuration. */
export interface Verdict {
  /** Why the plugin does not take the configuration; undefined when it does. */
  problem?: { kind: "rejected" | "trapped"; reason: string };
  /** What the plugin logged as a warning or an error, each text once. */
  lines: string[];
}

/** Gives configurations to a plugin's module, without a gateway: the plugin has no upstreams, and no time passes. */
export class PluginTrial {
  private readonly module: PluginModule;
  private lines: LogLine[] = [];
  private readonly pool = new VmPool({
    clock: { wall: () => BigInt(Date.now()) * 1_000_000n, monotonic: () => process.hrtime.bigint() },
    timers: { start: () => () => {} },
    random: (into) => void randomFillSync(into),
    log: (line) => void this.lines.push(line),
    logLevel: LogLevel.Warn,
    upstreams: { has: () => false, call: () => () => {} },
    callLimit: callLimit(LIMIT_MS),
    sharedData: new SharedData(),
    stats: new Stats(),
  });

  /**
   * @param file the module
   * @param options the gateway that the plugin is for, and what the plugin can read besides its configuration
   * @throws PluginLoadError when the gateway would not load the module
   */
  constructor(
    file: string,
    private readonly options: { host: HostKind; rootId: string; environment: Readonly<Record<string, string>> },
  ) {
    const map = `${file}.map`;
    const sourceMap = existsSync(map) ? { sourceMap: readFileSync(map, "utf8") } : {};
    this.module = PluginModule.load(readFileSync(file), { name: file, host: options.host, ...sourceMap });
  }

  /** Starts the plugin with a configuration. */
  run(configuration: JsonObject | undefined): Verdict {
    this.lines = [];
    const { rootId, environment } = this.options;
    const plugin = new Plugin({ name: "plugin", module: this.module, rootId, vm: { environment } }, this.pool);
    try {
      plugin.configure(configurationBytes(configuration));
      return { lines: this.logged() };
    } catch (error) {
      if (!(error instanceof PluginLoadError)) throw error;
      const trap = this.lines.find(({ kind }) => kind === "fault");
      const lines = this.logged();
      if (trap) return { problem: { kind: "trapped", reason: reasonOf(trap.message, lines) }, lines };
      return { problem: { kind: "rejected", reason: lines.at(-1) ?? "its log says nothing" }, lines };
    } finally {
      plugin.stop();
    }
  }

  private logged(): string[] {
    const lines = this.lines.filter(({ kind, level }) => kind === "plugin" && level >= LogLevel.Warn);
    return [...new Set(lines.map(({ message }) => message))];
  }
}

/** AssemblyScript logs why it aborts; otherwise the first line of the backtrace says what happened. */
function reasonOf(trap: string, lines: readonly string[]): string {
  const abort = lines.filter((line) => line.startsWith("abort: ")).at(-1);
  return abort?.slice("abort: ".length) ?? trap.split("\n")[0]!;
}
