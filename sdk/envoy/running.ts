import type { Admin } from "./admin.js";
import type { EcdsUpdates } from "./ecds.js";
import type { LogFile } from "./log-file.js";
import type { PluginConfiguration } from "../spec/gateway-spec.js";
import { poll } from "./wait.js";

/** What `startEnvoy` knows of the process. */
interface Process {
  pid: number;
  admin: Admin;
  ports: ReadonlyMap<string, number>;
  logFile: LogFile;
  updates: EcdsUpdates;
  /** Throws when Envoy has ended. */
  alive(): void;
  exit: Promise<void>;
  stop(graceMs: number): Promise<void>;
}

/** An Envoy that serves. */
export class RunningEnvoy {
  readonly pid: number;
  /** Resolves when Envoy has ended, for whatever reason. */
  readonly exit: Promise<void>;

  constructor(private readonly process: Process) {
    this.pid = process.pid;
    this.exit = process.exit;
  }

  /** The port on 127.0.0.1 where a listener listens. */
  port(listener: string): number {
    const port = this.process.ports.get(listener);
    if (port === undefined) throw new Error(`no listener "${listener}"`);
    return port;
  }

  /** The text that the admin port gives, for example for "/config_dump". */
  admin(path: string): Promise<string> {
    return this.process.admin.get(path);
  }

  /** Counters and gauges by name, narrowed by a regular expression. */
  stats(filter?: string): Promise<Map<string, number>> {
    return this.process.admin.stats(filter);
  }

  /** What Envoy and its plugins have written so far: all of it, up to `StartOptions.mostLog`, of which the last is kept. */
  get log(): string {
    return this.logSince(0);
  }

  /** Marks the end of the log, for `logSince`. */
  mark(): number {
    return this.process.logFile.end;
  }

  /** What has been written since a mark, or between two, as far as it is kept. */
  logSince(mark: number, end?: number): string {
    return this.process.logFile.text(mark, end);
  }

  /** The first mark of which the log is kept: 0 until it has outgrown its limit. */
  get logStart(): number {
    return this.process.logFile.start;
  }

  /**
   * Waits until the log, from the mark on, matches.
   *
   * @example
   * const mark = envoy.mark();
   * await request();
   * await envoy.waitForLog(/on_log: 200/, 1000, mark);
   */
  async waitForLog(pattern: string | RegExp, limitMs = 5000, mark = 0): Promise<void> {
    await poll(limitMs, `Envoy's log did not show ${pattern}`, () => {
      const text = this.logSince(mark);
      if (typeof pattern === "string" ? text.includes(pattern) : text.search(pattern) >= 0) return true;
      this.process.alive();
      return undefined;
    });
  }

  /**
   * Gives a plugin that was declared with `ecds: true` a new configuration.
   *
   * @returns whether the plugin took it; if not, the configuration before stays in force.
   * @example
   * await envoy.updatePlugin("gateway", "mock-response", { content: "second" }); // true
   */
  updatePlugin(
    listener: string,
    plugin: string,
    configuration: PluginConfiguration | undefined,
    limitMs = 10_000,
  ): Promise<boolean> {
    return this.process.updates.update(this.process.admin, listener, plugin, configuration, limitMs);
  }

  /** Takes a plugin that was declared with `ecds` away: it ends, and requests pass without it. */
  removePlugin(listener: string, plugin: string, limitMs = 10_000): Promise<void> {
    return this.process.updates.remove(this.process.admin, listener, plugin, limitMs);
  }

  /** Ends Envoy, by force after the grace, and removes its folder. */
  stop(graceMs = 3000): Promise<void> {
    return this.process.stop(graceMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
