import { EnvoyBatch } from "./envoy-batch.js";
import type { Trace } from "./trace.js";
import type { LogLine, Outcome } from "../scenarios/engine.js";
import type { TracedEngine } from "./traced-engine.js";
import { scenarioIds, type RequestStep, type Scenario, type UpdateStep } from "../scenarios/scenario.js";
import { PluginWasm } from "../scenarios/plugin-wasm.js";
import { ScenarioUpstreams } from "../scenarios/upstreams.js";

/** What differs between runs of the same scenarios. */
export interface EnvoyEngineOptions {
  /** Notes each call between Envoy and the plugins. */
  trace?: boolean;
  /** Worker threads. */
  concurrency?: number;
  /** Sets `allow_on_headers_stop_iteration` for plugins that do not say. */
  allowOnHeadersStopIteration?: boolean;
}

/** Envoy watches a file for each plugin, and a system lets a user have 128 watchers by default. */
export const SCENARIOS_PER_ENVOY = 40;

/** Plays scenarios on real Envoys, one after the other, each with as many scenarios as it bears. */
export class TracedEnvoyEngine implements TracedEngine {
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
    this.name = ["Envoy", ...workers, ...(allowOnHeadersStopIteration ? ["headers may be held"] : [])].join(", ");
  }

  async start(scenarios: readonly Scenario[]): Promise<void> {
    await Promise.all([this.wasm.build(scenarios), this.upstreams.start(scenarios)]);
    const ids = [...scenarioIds(scenarios)].filter(([scenario]) => this.problem(scenario) === undefined);
    for (let first = 0; first < ids.length; first += SCENARIOS_PER_ENVOY) {
      const some = new Map(ids.slice(first, first + SCENARIOS_PER_ENVOY));
      const batch = new EnvoyBatch(this.upstreams, this.wasm, some, this.options);
      for (const scenario of some.keys()) this.batches.set(scenario, batch);
    }
  }

  problem(scenario: Scenario): string | undefined {
    return this.wasm.problem(scenario);
  }

  async refused(scenario: Scenario): Promise<boolean> {
    return (await this.playing(scenario)).refused;
  }

  async send(scenario: Scenario, request: RequestStep): Promise<Outcome> {
    return (await this.playing(scenario)).send(request);
  }

  async update(scenario: Scenario, step: UpdateStep): Promise<boolean> {
    return (await this.playing(scenario)).update(step);
  }

  logs(scenario: Scenario): LogLine[] {
    return this.batch(scenario).logs(scenario);
  }

  async end(scenario: Scenario): Promise<Trace | undefined> {
    return this.running?.end(scenario);
  }

  async stop(): Promise<void> {
    await this.running?.stop();
    await this.upstreams.stop();
  }

  /** A scenario at its turn, on the Envoy of its batch, and no other. */
  private async playing(scenario: Scenario) {
    const batch = this.batch(scenario);
    if (batch !== this.running || batch.hasEnded) {
      await this.running?.stop();
      this.running = batch;
      await batch.start(this.binary);
    }
    return batch.turn(scenario);
  }

  private batch(scenario: Scenario): EnvoyBatch {
    const batch = this.batches.get(scenario);
    if (batch === undefined) throw new Error(`the engine was not started with scenario "${scenario.name}"`);
    return batch;
  }
}
