import type { ListenerSpec } from "../../sdk/envoy/index.js";
import { startGateway, type RunningGateway } from "../../sdk/gateway/index.js";
import { LogLevel, type LogLine as HostLine } from "../../sdk/host/index.js";
import { HttpConnection } from "../support/http.js";
import type { Engine, LogLine, Outcome } from "./engine.js";
import type { EnvoyEngineOptions } from "./envoy-engine.js";
import { PluginWasm } from "./plugin-wasm.js";
import { pluginsOf, type RequestStep, type Scenario, type UpdateStep } from "./scenario.js";
import { ScenarioUpstreams } from "./upstreams.js";

const DEFAULT_ROUTES = [{ name: "default/foo", prefix: "/", cluster: "upstream" }];

/** Plays all scenarios on the Node host, behind the gateway's real HTTP: a listener and a VM for each. */
export class NodeEngine implements Engine {
  readonly name: string;
  private gateway!: RunningGateway;
  private readonly ids = new Map<Scenario, string>();
  private readonly lines = new Map<string, LogLine[]>();
  private readonly upstreams = new ScenarioUpstreams();
  private readonly wasm = new PluginWasm();
  private readonly connections = new Map<Scenario, HttpConnection>();

  /** With the same option as the Envoy engine's. */
  constructor(private readonly options: Pick<EnvoyEngineOptions, "allowOnHeadersStopIteration"> = {}) {
    this.name = ["Node host", ...(options.allowOnHeadersStopIteration ? ["headers may be held"] : [])].join(", ");
  }

  async start(scenarios: readonly Scenario[]): Promise<void> {
    await Promise.all([this.wasm.build(scenarios), this.upstreams.start(scenarios)]);
    for (const scenario of scenarios) this.ids.set(scenario, `scenario-${this.ids.size}`);
    const playable = scenarios.filter((scenario) => this.problem(scenario) === undefined);
    const listeners = playable.map((scenario) => this.listener(scenario));
    const spec = { listeners, clusters: this.upstreams.clusters() };
    this.gateway = await startGateway(spec, { log: (line) => this.note(line), logLevel: LogLevel.Debug });
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

  async stop(): Promise<void> {
    for (const connection of this.connections.values()) connection.close();
    await this.gateway?.stop(0);
    await this.upstreams.stop();
  }

  private listener(scenario: Scenario): ListenerSpec {
    const id = this.id(scenario);
    const allow = this.options.allowOnHeadersStopIteration;
    const plugins = pluginsOf(scenario).map(({ plugin, pluginName, config, vm, ...rest }, index) => ({
      ...(allow === undefined ? {} : { allowOnHeadersStopIteration: allow }),
      ...{ ...rest, name: pluginName, wasm: this.wasm.path(plugin), ecds: true },
      vmId: `${id}/${vm ?? index}`,
      ...(config === undefined ? {} : { configuration: config }),
    }));
    return { name: id, plugins, routes: scenario.routes ?? DEFAULT_ROUTES };
  }

  private id(scenario: Scenario): string {
    const id = this.ids.get(scenario);
    if (id === undefined) throw new Error(`the engine was not started with scenario "${scenario.name}"`);
    return id;
  }

  private note({ level, message, kind, vmId = "" }: HostLine): void {
    const id = vmId.replace(/\/[^/]*$/, "");
    const lines = this.lines.get(id) ?? [];
    this.lines.set(id, lines);
    lines.push({ level: LogLevel[level].toLowerCase() as LogLine["level"], message, kind });
  }
}
