import { setTimeout as sleep } from "node:timers/promises";
import { parseLog, wasmEvents, type LogEntry, type RunningEnvoy } from "../../sdk/envoy/index.js";
import { isQuiet, type Trace } from "./trace.js";
import { traceOf } from "./envoy-trace.js";
import { ScenarioClient } from "../scenarios/client.js";
import type { LogLine, Outcome } from "../scenarios/engine.js";
import { kindOf, levelOf } from "../scenarios/envoy-engine.js";
import { pluginsOf, type RequestStep, type Scenario, type UpdateStep } from "../scenarios/scenario.js";
import type { ScenarioUpstreams } from "../scenarios/upstreams.js";

/** How long Envoy may take to compile a large plugin. */
const INSTALL_LIMIT_MS = 60_000;

/** How long streams and VMs may take to end after the last step. */
const END_LIMIT_MS = 500;

/**
 * The turn of a scenario on an Envoy. Its plugins are installed during the turn only, so that all lines that Envoy logs
 * meanwhile are about them: most lines do not name their VM.
 */
export class EnvoyTurn {
  /** Whether a plugin has rejected its first configuration. */
  isRejected = false;
  private readonly client: ScenarioClient;
  private readonly from: number;
  /** The positions in the log at which configurations were sent. */
  private readonly configured: number[] = [];
  private readonly activeBefore: number;
  private ended: { log: string } | undefined;
  private parsed: { size: number; entries: LogEntry[] } = { size: 0, entries: [] };

  constructor(
    readonly scenario: Scenario,
    private readonly id: string,
    private readonly envoy: RunningEnvoy,
    upstreams: ScenarioUpstreams,
  ) {
    this.client = new ScenarioClient(upstreams);
    this.from = envoy.mark();
    this.activeBefore = Number(/[^]*Wasm (?:created )?(\d+) (?:now|remaining) active/.exec(envoy.log)?.[1] ?? 0);
  }

  async begin(): Promise<void> {
    for (const { pluginName, config } of pluginsOf(this.scenario)) {
      this.configured.push(this.log.length);
      if (!(await this.envoy.updatePlugin(this.id, pluginName, config, INSTALL_LIMIT_MS))) this.isRejected = true;
    }
  }

  send(request: RequestStep): Promise<Outcome> {
    return this.client.send(this.scenario, this.envoy.port(this.id), request);
  }

  async update(step: UpdateStep): Promise<boolean> {
    const plugin = step.of ?? pluginsOf(this.scenario)[0]!.pluginName;
    this.configured.push(this.log.length);
    return this.envoy.updatePlugin(this.id, plugin, step.update);
  }

  logs(): LogLine[] {
    return this.entries().flatMap((entry) => {
      const [, message] = /^wasm log[^:]*: ([^]*)$/.exec(entry.message) ?? [];
      if (message !== undefined) return [{ level: levelOf(entry), message, kind: "plugin" as const }];
      if (entry.level !== "error" && entry.level !== "critical") return [];
      return [{ level: levelOf(entry), message: entry.message, kind: kindOf(entry) }];
    });
  }

  /** Waits until all streams have ended, removes the plugins, and waits until their VMs have ended. */
  async end(): Promise<void> {
    if (this.ended) return;
    this.closeConnection();
    await waitUntil(() => isQuiet(this.trace().serving));
    await this.removePlugins();
    await waitUntil(() => {
      const last = wasmEvents(this.entries())
        .filter(({ kind }) => kind === "destroyed" || kind === "created")
        .at(-1);
      return last === undefined || ("active" in last && last.active <= this.activeBefore);
    });
    this.ended = { log: this.log };
  }

  /** Removes the plugins. If Envoy's process has ended, there is nothing to remove. */
  private async removePlugins(): Promise<void> {
    let hasEnded = false;
    void this.envoy.exit.then(() => (hasEnded = true));
    try {
      for (const { pluginName } of pluginsOf(this.scenario)) await this.envoy.removePlugin(this.id, pluginName);
    } catch (error) {
      await waitUntil(() => hasEnded);
      if (!hasEnded) throw error;
    }
  }

  trace(): Trace {
    const { entries } = this;
    const indexes = this.configured.map((at) => parseLog(this.log.slice(0, at)).length);
    return traceOf(wasmEvents(entries.call(this)), indexes, parseLog(this.envoy.log.slice(0, 1000))[0]?.thread ?? 0);
  }

  closeConnection(): void {
    this.client.close();
  }

  private get log(): string {
    return this.ended?.log ?? this.envoy.logSince(this.from);
  }

  private entries(): LogEntry[] {
    const { log } = this;
    if (log.length !== this.parsed.size) this.parsed = { size: log.length, entries: parseLog(log) };
    return this.parsed.entries;
  }
}

async function waitUntil(condition: () => boolean): Promise<void> {
  for (const end = performance.now() + END_LIMIT_MS; !condition() && performance.now() < end;) await sleep(10);
}
