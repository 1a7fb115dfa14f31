import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot, startEnvoy, type ListenerSpec, type RunningEnvoy } from "../../sdk/envoy/index.js";
import type { Trace } from "./trace.js";
import type { LogLine } from "../scenarios/engine.js";
import { EnvoyTurn } from "./envoy-turn.js";
import { listenerOf, pluginsOf, type Scenario } from "../scenarios/scenario.js";
import type { PluginWasm } from "../scenarios/plugin-wasm.js";
import type { ScenarioUpstreams } from "../scenarios/upstreams.js";

/** An Envoy with a listener for each scenario of a batch. */
export class EnvoyBatch {
  /** Envoy's process has ended without being stopped. */
  hasEnded = false;
  private envoy!: RunningEnvoy;
  private current: EnvoyTurn | undefined;
  private readonly turns = new Map<Scenario, EnvoyTurn>();

  constructor(
    private readonly upstreams: ScenarioUpstreams,
    private readonly wasm: PluginWasm,
    private readonly ids: ReadonlyMap<Scenario, string>,
  ) {}

  async start(binary: string): Promise<void> {
    const listeners = [...this.ids].map(([scenario, id]) =>
      listenerOf(scenario, id, (plugin) => this.wasm.path(plugin), { ecds: "later" }),
    );
    const spec = { listeners: [...listeners, this.keeper()], clusters: this.upstreams.clusters() };
    this.envoy = await startEnvoy(spec, {
      ...{ envoy: binary, logLevel: "warning", componentLogLevel: "wasm:trace", startTimeoutMs: 120_000 },
    });
    this.hasEnded = false;
    void this.envoy.exit.then(() => (this.hasEnded = true));
  }

  /**
   * A listener without clients. Its plugins keep modules alive that the batch needs several times: Envoy compiles a
   * module again if none of the module's VMs lives, which takes most of the time of a turn. A plugin that rejects its
   * configuration keeps nothing.
   */
  private keeper(): ListenerSpec {
    const used = [...this.ids.keys()].flatMap((scenario) =>
      pluginsOf(scenario).map(({ plugin, config }) => ({ plugin, config: scenario.rejected ? undefined : config })),
    );
    const repeated = new Set(
      used.map(({ plugin }) => plugin).filter((plugin, index, all) => all.indexOf(plugin) < index),
    );
    const plugins = [...repeated].map((plugin, index) => {
      const configuration = used.find((one) => one.plugin === plugin && one.config !== undefined)?.config;
      return {
        ...{ name: `keeper-${index}`, vmId: `keeper/${index}`, wasm: this.wasm.path(plugin), ecds: true as const },
        // Most examples need a configuration, and do nothing without requests. Other plugins may start calls.
        ...(isExample(plugin) && configuration !== undefined ? { configuration } : {}),
      };
    });
    return { name: "keeper", plugins, routes: [] };
  }

  /** Ends the turn of the previous scenario and begins the turn of this one. */
  async turn(scenario: Scenario): Promise<EnvoyTurn> {
    if (this.current?.scenario === scenario) return this.current;
    const id = this.ids.get(scenario);
    if (id === undefined) throw new Error(`the batch has no scenario "${scenario.name}"`);
    await this.current?.end();
    const turn = new EnvoyTurn(scenario, id, this.envoy, this.upstreams);
    this.current = turn;
    this.turns.set(scenario, turn);
    await turn.begin();
    return turn;
  }

  logs(scenario: Scenario): LogLine[] {
    return this.turns.get(scenario)?.logs() ?? [];
  }

  async end(scenario: Scenario): Promise<Trace | undefined> {
    const turn = this.turns.get(scenario);
    if (this.current === turn) this.current = undefined;
    await turn?.end();
    return turn && { ...turn.trace(), hasEnded: this.hasEnded };
  }

  async stop(): Promise<void> {
    this.current?.closeConnection();
    await this.envoy?.stop();
  }
}

function isExample(plugin: string): boolean {
  return existsSync(join(packageRoot(), "examples", plugin));
}
