import { startGateway, type GatewayOptions, type RunningGateway } from "../../sdk/gateway/index.js";
import { LogLevel, type LogLine as HostLine } from "../../sdk/host/index.js";
import { ScenarioClient } from "./client.js";
import type { Engine, LogLine, Outcome } from "./engine.js";
import type { EnvoyEngineOptions } from "./envoy-engine.js";
import { PluginWasm } from "./plugin-wasm.js";
import { listenerOf, pluginsOf, scenarioIds, scenarioOfVm } from "./scenario.js";
import type { RequestStep, Scenario, UpdateStep } from "./scenario.js";
import { ScenarioUpstreams } from "./upstreams.js";

/** Plays scenarios on the Node gateway, over real connections. Each scenario has a listener and a VM. */
export class NodeEngine implements Engine {
  readonly name: string;
  private gateway!: RunningGateway;
  private ids: ReadonlyMap<Scenario, string> = new Map();
  private readonly lines = new Map<string, LogLine[]>();
  private readonly upstreams = new ScenarioUpstreams();
  private readonly wasm = new PluginWasm();
  private readonly client = new ScenarioClient(this.upstreams);

  /** `allowOnHeadersStopIteration` as for `EnvoyEngine`. `host`: whose host calls plugins get. */
  constructor(
    private readonly options: Pick<EnvoyEngineOptions, "allowOnHeadersStopIteration"> &
      Pick<GatewayOptions, "host"> = {},
  ) {
    this.name = [
      options.host === "higress" ? "Node host as Higress" : "Node host",
      ...(options.allowOnHeadersStopIteration ? ["headers can be held"] : []),
    ].join(", ");
  }

  async start(scenarios: readonly Scenario[]): Promise<void> {
    await Promise.all([this.wasm.build(scenarios), this.upstreams.start(scenarios)]);
    this.ids = new Map([...scenarioIds(scenarios)].filter(([scenario]) => this.problem(scenario) === undefined));
    const options = { ecds: true as const, allow: this.options.allowOnHeadersStopIteration };
    const listeners = [...this.ids].map(([scenario, id]) =>
      listenerOf(scenario, id, (plugin) => this.wasm.path(plugin), options),
    );
    const spec = { listeners, clusters: this.upstreams.clusters() };
    const { host } = this.options;
    const kind = host === undefined ? {} : { host };
    this.gateway = await startGateway(spec, { ...kind, log: (line) => this.note(line), logLevel: LogLevel.Debug });
  }

  problem(scenario: Scenario): string | undefined {
    return this.wasm.problem(scenario);
  }

  isRejected(scenario: Scenario): Promise<boolean> {
    const names = pluginsOf(scenario).map(({ pluginName }) => pluginName);
    return Promise.resolve(names.some((name) => !this.gateway.plugin(this.id(scenario), name).isConfigured));
  }

  send(scenario: Scenario, request: RequestStep): Promise<Outcome> {
    return this.client.send(scenario, this.gateway.port(this.id(scenario)), request);
  }

  update(scenario: Scenario, step: UpdateStep): Promise<boolean> {
    const plugin = step.of ?? pluginsOf(scenario)[0]!.pluginName;
    return Promise.resolve(this.gateway.updatePlugin(this.id(scenario), plugin, step.update));
  }

  logs(scenario: Scenario): LogLine[] {
    return this.lines.get(this.id(scenario)) ?? [];
  }

  async stop(): Promise<void> {
    this.client.close();
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
