import { setTimeout as sleep } from "node:timers/promises";
import { startGateway, type RunningGateway } from "../../sdk/gateway/index.js";
import { LogLevel, type LogLine as HostLine } from "../../sdk/host/index.js";
import { NodeTraces } from "../differential/node-trace.js";
import { isQuiet, type Trace } from "../differential/trace.js";
import { HttpConnection } from "../support/http.js";
import type { Engine, LogLine, Outcome } from "./engine.js";
import type { EnvoyEngineOptions } from "./envoy-engine.js";
import { PluginWasm } from "./plugin-wasm.js";
import {
  listenerOf,
  pluginsOf,
  scenarioIds,
  scenarioOfVm,
  type RequestStep,
  type Scenario,
  type UpdateStep,
} from "./scenario.js";
import { ScenarioUpstreams } from "./upstreams.js";

/** How long streams may take to go when nobody needs them any more. */
const END_LIMIT_MS = 500;

/** Plays all scenarios on the Node host, behind the gateway's real HTTP: a listener and a VM for each. */
export class NodeEngine implements Engine {
  readonly name: string;
  private gateway!: RunningGateway;
  private ids: ReadonlyMap<Scenario, string> = new Map();
  private readonly traces = new NodeTraces();
  private readonly lines = new Map<string, LogLine[]>();
  private readonly upstreams = new ScenarioUpstreams();
  private readonly wasm = new PluginWasm();
  private readonly connections = new Map<Scenario, HttpConnection>();

  /** With the same option as the Envoy engine's. */
  constructor(private readonly options: Pick<EnvoyEngineOptions, "allowOnHeadersStopIteration" | "trace"> = {}) {
    this.name = ["Node host", ...(options.allowOnHeadersStopIteration ? ["headers may be held"] : [])].join(", ");
  }

  async start(scenarios: readonly Scenario[]): Promise<void> {
    await Promise.all([this.wasm.build(scenarios), this.upstreams.start(scenarios)]);
    this.ids = scenarioIds(scenarios);
    const { trace = false, allowOnHeadersStopIteration } = this.options;
    const listeners = [...this.ids]
      .filter(([scenario]) => this.problem(scenario) === undefined)
      .map(([scenario, id]) =>
        listenerOf(scenario, id, (plugin) => this.wasm.path(plugin), true, allowOnHeadersStopIteration),
      );
    const spec = { listeners, clusters: this.upstreams.clusters() };
    this.gateway = await startGateway(spec, {
      log: (line) => this.note(line),
      logLevel: trace ? LogLevel.Trace : LogLevel.Debug,
      ...(trace ? this.traces.hooks : {}),
    });
  }

  problem(scenario: Scenario): string | undefined {
    return this.wasm.problem(scenario);
  }

  refused(scenario: Scenario): Promise<boolean> {
    const names = pluginsOf(scenario).map(({ pluginName }) => pluginName);
    return Promise.resolve(names.some((name) => !this.gateway.plugin(this.id(scenario), name).isConfigured));
  }

  async send(scenario: Scenario, request: RequestStep): Promise<Outcome> {
    const received = this.upstreams.begin(scenario);
    let connection = this.connections.get(scenario);
    try {
      connection ??= await HttpConnection.open(this.gateway.port(this.id(scenario)));
      if (scenario.oneConnection) this.connections.set(scenario, connection);
      return { response: await connection.send(request.raw ?? request, request.limitMs), received };
    } catch (error) {
      return { failure: error instanceof Error ? error.message : String(error), received };
    } finally {
      if (!scenario.oneConnection) connection?.close();
    }
  }

  update(scenario: Scenario, step: UpdateStep): Promise<boolean> {
    const plugin = step.of ?? pluginsOf(scenario)[0]!.pluginName;
    return Promise.resolve(this.gateway.updatePlugin(this.id(scenario), plugin, step.update));
  }

  logs(scenario: Scenario): LogLine[] {
    return this.lines.get(this.id(scenario)) ?? [];
  }

  async end(scenario: Scenario): Promise<Trace | undefined> {
    const id = this.id(scenario);
    this.connections.get(scenario)?.close();
    this.connections.delete(scenario);
    if (this.problem(scenario) !== undefined) return undefined;
    const end = performance.now() + END_LIMIT_MS;
    while (!isQuiet(this.traces.of(id).serving) && performance.now() < end) await sleep(10);
    for (const { pluginName } of pluginsOf(scenario)) this.gateway.plugin(id, pluginName).stop();
    return this.options.trace ? this.traces.of(id) : undefined;
  }

  async stop(): Promise<void> {
    for (const connection of this.connections.values()) connection.close();
    await this.gateway?.stop(0);
    await this.upstreams.stop();
  }

  private id(scenario: Scenario): string {
    const id = this.ids.get(scenario);
    if (id === undefined) throw new Error(`the engine was not started with scenario "${scenario.name}"`);
    return id;
  }

  private note({ level, message, kind, vmId = "" }: HostLine): void {
    const id = scenarioOfVm(vmId);
    const lines = this.lines.get(id) ?? [];
    this.lines.set(id, lines);
    lines.push({ level: LogLevel[level].toLowerCase() as LogLine["level"], message, kind });
  }
}
