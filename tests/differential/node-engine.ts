import { setTimeout as sleep } from "node:timers/promises";
import { startGateway, type RunningGateway } from "../../sdk/gateway/index.js";
import { LogLevel, type LogLine as HostLine } from "../../sdk/host/index.js";
import { batches } from "../scenarios/batches.js";
import { NodeTraces } from "./node-trace.js";
import { isQuiet, type Trace } from "./trace.js";
import { ScenarioClient } from "../scenarios/client.js";
import type { LogLine, Outcome } from "../scenarios/engine.js";
import { PLUGINS_PER_GATEWAY, type TracedEngine } from "./traced-engine.js";
import { PluginWasm } from "../scenarios/plugin-wasm.js";
import { listenerOf, pluginsOf, scenarioIds, scenarioOfVm } from "../scenarios/scenario.js";
import type { RequestStep, Scenario, UpdateStep } from "../scenarios/scenario.js";
import { ScenarioUpstreams } from "../scenarios/upstreams.js";

/** How long streams may take to end after the last step. */
const END_LIMIT_MS = 500;

/**
 * Plays scenarios on the Node gateway, over real connections. A gateway plays the same batch of scenarios as an Envoy.
 * Their plugins are installed during their turn only, so that the state that plugins of a process share is the same.
 */
export class TracedNodeEngine implements TracedEngine {
  readonly name = "Node host";
  private gateway: RunningGateway | undefined;
  private ids: ReadonlyMap<Scenario, string> = new Map();
  private batch: ReadonlyMap<Scenario, string> = new Map();
  private current: Scenario | undefined;
  private rejectedFirst = false;
  private readonly traces = new NodeTraces();
  private readonly lines = new Map<string, LogLine[]>();
  private readonly upstreams = new ScenarioUpstreams();
  private readonly client = new ScenarioClient(this.upstreams);
  private readonly wasm = new PluginWasm();

  async start(scenarios: readonly Scenario[]): Promise<void> {
    await Promise.all([this.wasm.build(scenarios), this.upstreams.start(scenarios)]);
    this.ids = new Map([...scenarioIds(scenarios)].filter(([scenario]) => this.problem(scenario) === undefined));
  }

  problem(scenario: Scenario): string | undefined {
    return this.wasm.problem(scenario);
  }

  async isRejected(scenario: Scenario): Promise<boolean> {
    await this.playing(scenario);
    return this.rejectedFirst;
  }

  async send(scenario: Scenario, request: RequestStep): Promise<Outcome> {
    const gateway = await this.playing(scenario);
    return this.client.send(scenario, gateway.port(this.id(scenario)), request);
  }

  async update(scenario: Scenario, step: UpdateStep): Promise<boolean> {
    const plugin = step.of ?? pluginsOf(scenario)[0]!.pluginName;
    return (await this.playing(scenario)).updatePlugin(this.id(scenario), plugin, step.update);
  }

  logs(scenario: Scenario): LogLine[] {
    return this.lines.get(this.id(scenario)) ?? [];
  }

  async end(scenario: Scenario): Promise<Trace | undefined> {
    if (this.current !== scenario) return undefined;
    this.current = undefined;
    this.client.close();
    const id = this.id(scenario);
    const end = performance.now() + END_LIMIT_MS;
    // At least once: the callback for an item in a queue comes a few turns of the event loop later.
    do await sleep(10);
    while (!isQuiet(this.traces.of(id).serving) && performance.now() < end);
    for (const { pluginName } of pluginsOf(scenario)) this.gateway?.plugin(id, pluginName).stop();
    return this.traces.of(id);
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.gateway?.stop(0);
    await this.upstreams.stop();
  }

  /** Begins the turn of a scenario, unless it has its turn already. Returns the gateway with its plugins installed. */
  private async playing(scenario: Scenario): Promise<RunningGateway> {
    const gateway = this.batch.has(scenario) ? this.gateway! : await this.startBatch(scenario);
    if (this.current === scenario) return gateway;
    if (this.current) await this.end(this.current);
    this.current = scenario;
    this.rejectedFirst = false;
    this.traces.forget(this.id(scenario));
    this.lines.delete(this.id(scenario));
    for (const { pluginName, config } of pluginsOf(scenario)) {
      if (!gateway.updatePlugin(this.id(scenario), pluginName, config)) this.rejectedFirst = true;
    }
    return gateway;
  }

  private async startBatch(scenario: Scenario): Promise<RunningGateway> {
    this.batch = batches(this.ids, PLUGINS_PER_GATEWAY).find((batch) => batch.has(scenario))!;
    await this.gateway?.stop(0);
    const listeners = [...this.batch].map(([one, id]) =>
      listenerOf(one, id, (plugin) => this.wasm.path(plugin), { ecds: "later" }),
    );
    const spec = { listeners, clusters: this.upstreams.clusters() };
    this.gateway = await startGateway(spec, {
      log: (line) => this.note(line),
      logLevel: LogLevel.Trace,
      ...this.traces.services,
    });
    return this.gateway;
  }

  private id(scenario: Scenario): string {
    const id = this.ids.get(scenario);
    if (id === undefined) throw new Error(`the engine was not started with scenario "${scenario.name}"`);
    return id;
  }

  private note({ level, message, kind, vmId = "" }: HostLine): void {
    if (kind === "plugin") this.traces.logged(`[${LogLevel[level].toLowerCase()}] ${message}`);
    const id = scenarioOfVm(vmId);
    const lines = this.lines.get(id) ?? [];
    this.lines.set(id, lines);
    lines.push({ level: LogLevel[level].toLowerCase() as LogLine["level"], message, kind });
  }
}
