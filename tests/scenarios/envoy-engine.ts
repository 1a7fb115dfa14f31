import { parseLog, startEnvoy, type ListenerSpec, type LogEntry, type RunningEnvoy } from "../../sdk/envoy/index.js";
import { HttpConnection } from "../support/http.js";
import type { Engine, LogLine, Outcome } from "./engine.js";
import { pluginsOf, type RequestStep, type Scenario, type UpdateStep } from "./scenario.js";
import { PluginWasm } from "./plugin-wasm.js";
import { ScenarioUpstreams } from "./upstreams.js";

/** Plays all scenarios on one Envoy: a listener and a VM for each. Plugins come by ECDS, so that one may be refused. */
export class EnvoyEngine implements Engine {
  readonly name = "Envoy";
  private envoy!: RunningEnvoy;
  private readonly ids = new Map<Scenario, string>();
  private readonly upstreams = new ScenarioUpstreams();
  private readonly wasm = new PluginWasm();
  private readonly connections = new Map<Scenario, HttpConnection>();
  /** Where the log began when a scenario was first played: what carries no name belongs to who plays. */
  private readonly turns: { scenario: Scenario; from: number }[] = [];

  constructor(
    private readonly binary: string,
    private readonly componentLogLevel = "wasm:debug",
  ) {}

  async start(scenarios: readonly Scenario[]): Promise<void> {
    await Promise.all([this.wasm.build(scenarios), this.upstreams.start(scenarios)]);
    for (const scenario of scenarios) this.ids.set(scenario, `scenario-${this.ids.size}`);
    const playable = scenarios.filter((scenario) => this.problem(scenario) === undefined);
    const listeners = playable.map((scenario) => this.listener(scenario));
    const spec = { listeners, clusters: this.upstreams.clusters() };
    this.envoy = await startEnvoy(spec, {
      ...{
        envoy: this.binary,
        logLevel: "warning",
        componentLogLevel: this.componentLogLevel,
        startTimeoutMs: 120_000,
      },
    });
  }

  problem(scenario: Scenario): string | undefined {
    return this.wasm.problem(scenario);
  }

  async refused(scenario: Scenario): Promise<boolean> {
    this.turn(scenario);
    const id = this.id(scenario);
    const stats = await this.envoy.stats(`^extension_config_discovery.http_filter.${id}\\..*update_(rejected|failure)`);
    return [...stats.values()].some((count) => count > 0);
  }

  async send(scenario: Scenario, request: RequestStep): Promise<Outcome> {
    this.turn(scenario);
    const received = this.upstreams.begin(scenario);
    const bytes = request.raw ?? request;
    let connection = this.connections.get(scenario);
    try {
      connection ??= await HttpConnection.open(this.envoy.port(this.id(scenario)));
      if (scenario.oneConnection) this.connections.set(scenario, connection);
      return { response: await connection.send(bytes, request.limitMs), received };
    } catch (error) {
      return { failure: error instanceof Error ? error.message : String(error), received };
    } finally {
      if (!scenario.oneConnection) connection?.close();
    }
  }

  async update(scenario: Scenario, step: UpdateStep): Promise<boolean> {
    this.turn(scenario);
    const plugin = step.of ?? pluginsOf(scenario)[0]!.pluginName;
    return this.envoy.updatePlugin(this.id(scenario), plugin, step.update);
  }

  logs(scenario: Scenario): LogLine[] {
    const log = this.envoy.log;
    const own: LogLine[] = [];
    for (const { entry, turn } of this.entries(log)) {
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
    for (const connection of this.connections.values()) connection.close();
    await this.envoy?.stop();
    await this.upstreams.stop();
  }

  private listener(scenario: Scenario): ListenerSpec {
    const id = this.id(scenario);
    const plugins = pluginsOf(scenario).map(({ plugin, pluginName, config, vm, ...rest }, index) => ({
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

  /** Envoy's prefix holds the VM's id in every context, the plugin's name only in those of streams. */
  private names(scenario: Scenario, prefix: string): boolean {
    return prefix.split(" ").some((word) => word.startsWith(`${this.id(scenario)}/`));
  }

  private turn(scenario: Scenario): void {
    if (this.turns.at(-1)?.scenario !== scenario) this.turns.push({ scenario, from: this.envoy.mark() });
  }

  private *entries(log: string): Generator<{ entry: LogEntry; turn: Scenario | undefined }> {
    const cuts = [{ scenario: undefined, from: 0 }, ...this.turns];
    for (const [index, { scenario, from }] of cuts.entries()) {
      for (const entry of parseLog(log.slice(from, cuts[index + 1]?.from))) yield { entry, turn: scenario };
    }
  }
}

const DEFAULT_ROUTES = [{ name: "default/foo", prefix: "/", cluster: "upstream" }];

function levelOf({ level }: LogEntry): LogLine["level"] {
  return level === "warning" ? "warn" : level;
}

function kindOf({ component, message }: LogEntry): LogLine["kind"] {
  if (/Failed to configure|failed to load$/.test(message)) return "refusal";
  return component === "wasm" ? "fault" : "host";
}
