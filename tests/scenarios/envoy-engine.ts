import { parseLog, startEnvoy, type LogEntry, type RunningEnvoy } from "../../sdk/envoy/index.js";
import { batches } from "./batches.js";
import { ScenarioClient } from "./client.js";
import type { Engine, LogLine, Outcome } from "./engine.js";
import { listenerOf, pluginsOf, scenarioIds } from "./scenario.js";
import type { RequestStep, Scenario, UpdateStep } from "./scenario.js";
import { PluginWasm } from "./plugin-wasm.js";
import { ScenarioUpstreams } from "./upstreams.js";

/** Settings of Envoy that differ between runs of the same scenarios. */
export interface EnvoyEngineOptions {
  /** Worker threads. */
  concurrency?: number;
  /** Sets `allow_on_headers_stop_iteration` for plugins that do not set it themselves. */
  allowOnHeadersStopIteration?: boolean;
}

const PLUGINS_PER_ENVOY = 16;

/** Plays scenarios on real Envoys, one after the other. Each Envoy plays a batch of scenarios. */
export class EnvoyEngine implements Engine {
  readonly name: string;
  private readonly upstreams = new ScenarioUpstreams();
  private readonly wasm = new PluginWasm();
  private readonly batches = new Map<Scenario, EnvoyBatch>();
  private running: EnvoyBatch | undefined;

  constructor(
    private readonly binary: string,
    private readonly options: EnvoyEngineOptions = {},
  ) {
    const { concurrency = 1, allowOnHeadersStopIteration = false } = options;
    const workers = concurrency > 1 ? [`${concurrency} workers`] : [];
    this.name = ["Envoy", ...workers, ...(allowOnHeadersStopIteration ? ["headers can be held"] : [])].join(", ");
  }

  async start(scenarios: readonly Scenario[]): Promise<void> {
    await Promise.all([this.wasm.build(scenarios), this.upstreams.start(scenarios)]);
    const ids = [...scenarioIds(scenarios)].filter(([scenario]) => this.problem(scenario) === undefined);
    for (const some of batches(ids, PLUGINS_PER_ENVOY)) {
      const batch = new EnvoyBatch(this.upstreams, this.wasm, some, this.options);
      for (const scenario of some.keys()) this.batches.set(scenario, batch);
    }
  }

  problem(scenario: Scenario): string | undefined {
    return this.wasm.problem(scenario);
  }

  async isRejected(scenario: Scenario): Promise<boolean> {
    return (await this.playing(scenario)).isRejected(scenario);
  }

  async send(scenario: Scenario, request: RequestStep): Promise<Outcome> {
    return (await this.playing(scenario)).send(scenario, request);
  }

  async update(scenario: Scenario, step: UpdateStep): Promise<boolean> {
    return (await this.playing(scenario)).update(scenario, step);
  }

  logs(scenario: Scenario): LogLine[] {
    return this.batch(scenario).logs(scenario);
  }

  async stop(): Promise<void> {
    await this.running?.stop();
    await this.upstreams.stop();
  }

  /** The batch of a scenario. Its Envoy is running; the Envoys of other batches are stopped. */
  private async playing(scenario: Scenario): Promise<EnvoyBatch> {
    const batch = this.batch(scenario);
    if (batch !== this.running) {
      await this.running?.stop();
      this.running = undefined;
      await batch.start(this.binary);
      this.running = batch;
    }
    return batch;
  }

  private batch(scenario: Scenario): EnvoyBatch {
    const batch = this.batches.get(scenario);
    if (batch === undefined) throw new Error(`the engine was not started with scenario "${scenario.name}"`);
    return batch;
  }
}

/**
 * An Envoy with a listener and a VM for each scenario. Envoy gets plugins by ECDS, so that it starts even if a plugin
 * rejects its configuration.
 */
class EnvoyBatch {
  private envoy!: RunningEnvoy;
  private readonly client: ScenarioClient;
  /**
   * Where the log began when a scenario's turn began. Lines that name no plugin belong to the scenario that has its
   * turn.
   */
  private readonly turns: { scenario: Scenario; from: number }[] = [];

  constructor(
    private readonly upstreams: ScenarioUpstreams,
    private readonly wasm: PluginWasm,
    private readonly ids: ReadonlyMap<Scenario, string>,
    private readonly options: EnvoyEngineOptions,
  ) {
    this.client = new ScenarioClient(upstreams);
  }

  async start(binary: string): Promise<void> {
    const { concurrency } = this.options;
    const options = { ecds: true as const, allow: this.options.allowOnHeadersStopIteration };
    const listeners = [...this.ids].map(([scenario, id]) =>
      listenerOf(scenario, id, (plugin) => this.wasm.path(plugin), options),
    );
    const spec = { listeners, clusters: this.upstreams.clusters() };
    this.envoy = await startEnvoy(spec, {
      ...{ envoy: binary, logLevel: "warning", componentLogLevel: "wasm:debug", startTimeoutMs: 120_000 },
      ...(concurrency === undefined ? {} : { concurrency }),
    });
  }

  async isRejected(scenario: Scenario): Promise<boolean> {
    this.turn(scenario);
    const id = this.id(scenario);
    const stats = await this.envoy.stats(`^extension_config_discovery.http_filter.${id}\\..*update_(rejected|failure)`);
    return [...stats.values()].some((count) => count > 0);
  }

  send(scenario: Scenario, request: RequestStep): Promise<Outcome> {
    this.turn(scenario);
    return this.client.send(scenario, this.envoy.port(this.id(scenario)), request);
  }

  async update(scenario: Scenario, step: UpdateStep): Promise<boolean> {
    this.turn(scenario);
    const plugin = step.of ?? pluginsOf(scenario)[0]!.pluginName;
    return this.envoy.updatePlugin(this.id(scenario), plugin, step.update);
  }

  logs(scenario: Scenario): LogLine[] {
    const own: LogLine[] = [];
    for (const { entry, turn } of this.entries()) {
      const named = /^wasm log([^:]*): ([^]*)$/.exec(entry.message);
      if (named) {
        const [, prefix, message] = named as unknown as [string, string, string];
        if (this.names(scenario, prefix)) own.push({ level: levelOf(entry), message, kind: "plugin" });
      } else if (turn === scenario && (entry.level === "error" || entry.level === "critical")) {
        own.push({ level: levelOf(entry), message: entry.message, kind: kindOf(entry) });
      }
    }
    return own;
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.envoy?.stop();
  }

  private id(scenario: Scenario): string {
    const id = this.ids.get(scenario);
    if (id === undefined) throw new Error(`the engine was not started with scenario "${scenario.name}"`);
    return id;
  }

  /** Whether a log prefix names the scenario. Envoy's prefix contains the VM's id in every context. */
  private names(scenario: Scenario, prefix: string): boolean {
    return prefix.split(" ").some((word) => word.startsWith(`${this.id(scenario)}/`));
  }

  private turn(scenario: Scenario): void {
    if (this.turns.at(-1)?.scenario !== scenario) this.turns.push({ scenario, from: this.envoy.mark() });
  }

  private *entries(): Generator<{ entry: LogEntry; turn: Scenario | undefined }> {
    const cuts = [{ scenario: undefined, from: 0 }, ...this.turns];
    for (const [index, { scenario, from }] of cuts.entries()) {
      for (const entry of parseLog(this.envoy.logSince(from, cuts[index + 1]?.from))) yield { entry, turn: scenario };
    }
  }
}

export function levelOf({ level }: LogEntry): LogLine["level"] {
  return level === "warning" ? "warn" : level;
}

export function kindOf({ component, message }: LogEntry): LogLine["kind"] {
  if (/Failed to configure|failed to load$/.test(message)) return "refusal";
  return component === "wasm" ? "fault" : "host";
}
