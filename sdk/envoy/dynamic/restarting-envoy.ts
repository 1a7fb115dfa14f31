import { isDeepStrictEqual } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import type { Engine, PluginLogLevel } from "../../spec/engine.js";
import type { GatewaySpec, PluginSpec } from "../../spec/gateway-spec.js";
import type { DynamicEnvoy } from "./dynamic-envoy.js";
import { startDynamicEnvoy, type DynamicOptions } from "./start.js";

export interface RestartingOptions extends DynamicOptions {
  /**
   * How long Envoy's main thread may be busy with an update, in milliseconds; 20 seconds by default. The main thread
   * compiles and starts plugins.
   */
  busyLimitMs?: number;
}

/** How often an Envoy that takes an update is asked whether it responds. */
const EVERY_MS = 100;

/**
 * Starts an Envoy that takes other specs, as `startDynamicEnvoy` does. A plugin that never ends its start blocks Envoy's
 * main thread for ever. Another Envoy with the last spec that was accepted then takes the place of the blocked Envoy, on
 * the same ports. Requests in flight are lost.
 *
 * @throws Error as `startDynamicEnvoy` does
 * @example
 * const envoy = await startRestartingEnvoy(spec, { busyLimitMs: 5000 });
 * await envoy.update(next); // rejects when a plugin of `next` loops in its start; `spec` stays in force
 */
export async function startRestartingEnvoy(spec: GatewaySpec, options: RestartingOptions = {}): Promise<Engine> {
  return new RestartingEnvoy(await startDynamicEnvoy(spec, options), spec, options);
}

class RestartingEnvoy implements Engine {
  readonly ended: Promise<void>;
  private reportEnd = () => {};
  private level: PluginLogLevel | undefined;
  /** The end of the last update. Updates run one after the other. */
  private last: Promise<unknown> = Promise.resolve();
  private readonly stopping = new AbortController();

  constructor(
    private envoy: DynamicEnvoy,
    private spec: GatewaySpec,
    private readonly options: RestartingOptions,
  ) {
    this.ended = new Promise((resolve) => (this.reportEnd = resolve));
    this.follow(envoy);
  }

  port(listener: string): number {
    return this.envoy.port(listener);
  }

  update(spec: GatewaySpec): Promise<void> {
    const result = this.last.then(() => this.replace(spec));
    this.last = result.catch(() => {});
    return result;
  }

  async setLogLevel(level: PluginLogLevel): Promise<void> {
    await this.envoy.setLogLevel(level);
    this.level = level;
  }

  prometheus(): Promise<string> {
    return this.envoy.prometheus();
  }

  configDump(): Promise<object> {
    return this.envoy.configDump();
  }

  async stop(graceMs?: number): Promise<void> {
    this.stopping.abort(new Error("the gateway has been stopped"));
    await this.envoy.stop(graceMs);
    await this.last;
    // An Envoy that has started meanwhile.
    await this.envoy.stop(0);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  private follow(envoy: DynamicEnvoy): void {
    this.envoy = envoy;
    // An Envoy that is stopped does not report its end.
    void envoy.ended.then(() => this.reportEnd());
  }

  private async replace(spec: GatewaySpec): Promise<void> {
    this.stopping.signal.throwIfAborted();
    const { busyLimitMs = 20_000 } = this.options;
    const update = this.envoy.update(spec);
    if (!(await this.isBlocked(update, busyLimitMs))) {
      await update;
      this.spec = spec;
      return;
    }
    const plugins = startedBy(spec, this.spec);
    await this.restart();
    throw new Error(
      `${plugins} blocked Envoy for more than ${busyLimitMs} ms; Envoy was restarted with the previous configuration, ` +
        "and requests in flight were lost",
    );
  }

  /** Waits for the end of an update. Returns true when Envoy's main thread does not respond within the limit. */
  private async isBlocked(update: Promise<void>, limitMs: number): Promise<boolean> {
    const end = new AbortController();
    const finish = () => end.abort();
    update.then(finish, finish);
    while (!end.signal.aborted) {
      if (await this.envoy.isBusy(limitMs, end.signal)) return true;
      await sleep(EVERY_MS, undefined, { signal: end.signal }).catch(() => {});
    }
    return false;
  }

  private async restart(): Promise<void> {
    const { envoy, spec, options, level } = this;
    const listeners = spec.listeners.map((one) => ({ ...one, port: envoy.port(one.name) }));
    await envoy.stop(0);
    const { signal } = this.stopping;
    const again = { ...options, signal, ...(level === undefined ? {} : { logLevel: level }) };
    try {
      this.follow(await startDynamicEnvoy({ ...spec, listeners }, again));
    } catch (error) {
      if (!signal.aborted) this.reportEnd();
      throw error;
    }
  }
}

/** The plugins that a spec starts in place of another spec, for a message. */
function startedBy(next: GatewaySpec, current: GatewaySpec): string {
  const pluginsOf = ({ listeners }: GatewaySpec) => listeners.flatMap(({ plugins = [] }): PluginSpec[] => plugins);
  const before = pluginsOf(current);
  const started = pluginsOf(next).filter((one) => !before.some((other) => isDeepStrictEqual(one, other)));
  const names = [...new Set(started.map(({ name }) => `"${name}"`))];
  if (names.length === 0) return "the update";
  return names.length === 1
    ? `the start of the plugin ${names[0]}`
    : `the start of one of the plugins ${names.join(", ")}`;
}
