import type { Admin } from "./admin.js";
import type { EcdsUpdates } from "./ecds.js";
import type { EnvoyProcess } from "./process.js";
import type { PluginConfiguration } from "../spec/gateway-spec.js";
import { poll } from "./wait.js";

/** The process behind a `RunningEnvoy`. */
interface Parts {
  process: EnvoyProcess;
  admin: Admin;
  ports: ReadonlyMap<string, number>;
  updates: EcdsUpdates;
}

/** A running Envoy. `startEnvoy` returns it. */
export class RunningEnvoy {
  readonly pid: number;
  /** Resolves when Envoy has ended, for whatever reason. */
  readonly exit: Promise<void>;

  constructor(private readonly parts: Parts) {
    this.pid = parts.process.pid!;
    this.exit = parts.process.exit;
  }

  /** The port of a listener on 127.0.0.1. */
  port(listener: string): number {
    const port = this.parts.ports.get(listener);
    if (port === undefined) throw new Error(`no listener "${listener}"`);
    return port;
  }

  /** The text that the admin port returns for a path such as "/config_dump". */
  admin(path: string): Promise<string> {
    return this.parts.admin.get(path);
  }

  /** Counters and gauges by name, filtered by a regular expression. */
  stats(filter?: string): Promise<Map<string, number>> {
    return this.parts.admin.stats(filter);
  }

  /** The log of Envoy and its plugins so far. Only the last `StartOptions.mostLog` characters are kept. */
  get log(): string {
    return this.logSince(0);
  }

  /** The position of the end of the log, for `logSince`. */
  mark(): number {
    return this.parts.process.log.end;
  }

  /** The kept log since a mark, or between two marks. */
  logSince(mark: number, end?: number): string {
    return this.parts.process.log.text(mark, end);
  }

  /** The position of the first character that is kept: 0 until the log exceeds its limit. */
  get logStart(): number {
    return this.parts.process.log.start;
  }

  /**
   * Waits until the log after the mark contains the text or matches the pattern.
   *
   * @throws Error when the time limit is over, or when Envoy has ended
   * @example
   * const mark = envoy.mark();
   * await request();
   * await envoy.waitForLog(/on_log: 200/, 1000, mark);
   */
  async waitForLog(pattern: string | RegExp, limitMs = 5000, mark = 0): Promise<void> {
    await poll(limitMs, `Envoy's log did not show ${pattern}`, () => {
      const text = this.logSince(mark);
      if (typeof pattern === "string" ? text.includes(pattern) : text.search(pattern) >= 0) return true;
      this.parts.process.alive();
      return undefined;
    });
  }

  /**
   * Gives a plugin with `ecds: true` a new configuration.
   *
   * @returns whether the plugin accepted the configuration; if not, the plugin keeps the previous one
   * @example
   * await envoy.updatePlugin("gateway", "mock-response", { content: "second" }); // true
   */
  updatePlugin(
    listener: string,
    plugin: string,
    configuration: PluginConfiguration | undefined,
    limitMs = 10_000,
  ): Promise<boolean> {
    return this.parts.updates.update(this.parts.admin, listener, plugin, configuration, limitMs);
  }

  /** Removes a plugin with `ecds`. The plugin ends, and requests pass without the plugin. */
  removePlugin(listener: string, plugin: string, limitMs = 10_000): Promise<void> {
    return this.parts.updates.remove(this.parts.admin, listener, plugin, limitMs);
  }

  /** Ends Envoy and removes its folder. Kills an Envoy that does not end within the grace period. */
  stop(graceMs = 3000): Promise<void> {
    return this.parts.process.stop(graceMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
