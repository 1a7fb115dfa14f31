import { setTimeout as sleep } from "node:timers/promises";
import {
  parseLog,
  startEnvoy,
  wasmEvents,
  type GatewaySpec,
  type RunningEnvoy,
  type TcpListenerSpec,
} from "../../../sdk/envoy/index.js";
import { startGateway, type RunningGateway } from "../../../sdk/gateway/index.js";
import { LogLevel } from "../../../sdk/host/index.js";
import { traceOf } from "../envoy-trace.js";
import { NodeTraces } from "../node-trace.js";
import type { Trace } from "../trace.js";
import { Play } from "./play.js";
import { pluginsOf, type NetworkScenario } from "./scenario.js";
import { UpstreamPeers } from "./peer.js";

/** How long the last callbacks of a connection may take, at pace 1. */
const END_MS = 80;

/** The outcome of a scenario: what clients and upstream received, and the calls between host and plugins. */
export interface NetworkObservation {
  received: readonly string[];
  trace: Trace;
}

/** Plays scenarios behind one gateway. */
export interface NetworkEngine {
  readonly name: string;
  /** The upstream of the gateway's connections. */
  readonly upstream: UpstreamPeers;
  start(spec: GatewaySpec): Promise<void>;
  /** @param pace how many times longer than usual the engine waits after each step */
  play(scenario: NetworkScenario, id: string, pace: number): Promise<NetworkObservation>;
  stop(): Promise<void>;
}

/** The listener of a scenario. */
export function listenerOf(scenario: NetworkScenario, id: string, wasm: string): TcpListenerSpec {
  const plugins = pluginsOf(scenario).map(({ script, ...rest }, index) => ({
    ...{
      name: `plugin${index}`,
      wasm,
      vmId: `${id}/${scenario.oneVm ? "all" : index}`,
      configuration: script.join("\n"),
    },
    ...rest,
  }));
  return { name: id, plugins, tcp: scenario.cluster ?? "upstream" };
}

export class EnvoyNetwork implements NetworkEngine {
  readonly name = "Envoy";
  readonly upstream = new UpstreamPeers();
  private envoy!: RunningEnvoy;

  constructor(private readonly binary: string) {}

  async start(spec: GatewaySpec): Promise<void> {
    const options = { envoy: this.binary, logLevel: "warning", startTimeoutMs: 120_000 } as const;
    this.envoy = await startEnvoy(spec, { ...options, componentLogLevel: "wasm:trace" });
  }

  async play(scenario: NetworkScenario, id: string, pace: number): Promise<NetworkObservation> {
    const { envoy } = this;
    const from = envoy.mark();
    const play = new Play(envoy.port(id), this.upstream, pace);
    const received = await play.all(scenario);
    await play.leave();
    await sleep(END_MS * pace);
    const main = parseLog(envoy.log.slice(0, 1000))[0]?.thread ?? 0;
    return { received, trace: traceOf(wasmEvents(parseLog(envoy.logSince(from))), [], main) };
  }

  stop(): Promise<void> {
    return this.envoy?.stop();
  }
}

export class NodeNetwork implements NetworkEngine {
  readonly name = "Node host";
  readonly upstream = new UpstreamPeers();
  private gateway!: RunningGateway;
  private readonly traces = new NodeTraces();

  async start(spec: GatewaySpec): Promise<void> {
    this.gateway = await startGateway(spec, {
      log: ({ kind, level, message }) => {
        if (kind === "plugin") this.traces.logged(`[${LogLevel[level].toLowerCase()}] ${message}`);
      },
      logLevel: LogLevel.Trace,
      ...this.traces.services,
    });
  }

  async play(scenario: NetworkScenario, id: string, pace: number): Promise<NetworkObservation> {
    this.traces.forget(id);
    const play = new Play(this.gateway.port(id), this.upstream, pace);
    const received = await play.all(scenario);
    await play.leave();
    await sleep(END_MS * pace);
    return { received, trace: this.traces.of(id) };
  }

  async stop(): Promise<void> {
    await this.gateway?.stop(0);
  }
}
