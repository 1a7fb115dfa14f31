import { batches } from "../scenarios/batches.js";
import { EnvoyBatch } from "./envoy-batch.js";
import type { Trace } from "./trace.js";
import type { LogLine, Outcome } from "../scenarios/engine.js";
import { PLUGINS_PER_GATEWAY, type TracedEngine } from "./traced-engine.js";
import { scenarioIds, type RequestStep, type Scenario, type UpdateStep } from "../scenarios/scenario.js";
import { PluginWasm } from "../scenarios/plugin-wasm.js";
import { ScenarioUpstreams } from "../scenarios/upstreams.js";

/** Plays scenarios on real Envoys, one after the other. Each Envoy plays a batch of scenarios. */
export class TracedEnvoyEngine implements TracedEngine {
  readonly name = "Envoy";
  private readonly upstreams = new ScenarioUpstreams();
  private readonly wasm = new PluginWasm();
  private readonly batches = new Map<Scenario, EnvoyBatch>();
  private running: EnvoyBatch | undefined;

  constructor(private readonly binary: string) {}

  async start(scenarios: readonly Scenario[]): Promise<void> {
    await Promise.all([this.wasm.build(scenarios), this.upstreams.start(scenarios)]);
    const ids = [...scenarioIds(scenarios)].filter(([scenario]) => this.problem(scenario) === undefined);
    for (const some of batches(ids, PLUGINS_PER_GATEWAY)) {
      const batch = new EnvoyBatch(this.upstreams, this.wasm, some);
      for (const scenario of some.keys()) this.batches.set(scenario, batch);
    }
  }

  problem(scenario: Scenario): string | undefined {
    return this.wasm.problem(scenario);
  }

  async isRejected(scenario: Scenario): Promise<boolean> {
    return (await this.playing(scenario)).isRejected;
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

  /** The turn of a scenario. The Envoy of its batch is running; the Envoys of other batches are stopped. */
  private async playing(scenario: Scenario) {
    const batch = this.batch(scenario);
    if (batch !== this.running || batch.hasEnded) {
      await this.running?.stop();
      this.running = undefined;
      await batch.start(this.binary);
      this.running = batch;
    }
    return batch.turn(scenario);
  }

  private batch(scenario: Scenario): EnvoyBatch {
    const batch = this.batches.get(scenario);
    if (batch === undefined) throw new Error(`the engine was not started with scenario "${scenario.name}"`);
    return batch;
  }
}
