import { describe } from "vitest";
import { startEnvoy, type GatewaySpec, type RunningEnvoy, type StartOptions } from "../../sdk/envoy/index.js";
import { poll } from "../../sdk/envoy/wait.js";
import { startGateway, type RunningGateway } from "../../sdk/gateway/index.js";
import { LogLevel } from "../../sdk/host/index.js";
import { describeWithEnvoy } from "../support/envoy.js";

/** The methods of a real Envoy and of a Node gateway that tests for both use. */
export type TestGateway = Pick<
  RunningEnvoy,
  "port" | "log" | "mark" | "logSince" | "waitForLog" | "updatePlugin" | "stats" | "stop"
>;

export type StartGateway = (spec: GatewaySpec, options?: StartOptions) => Promise<TestGateway>;

/**
 * Runs the same tests on the Node gateway and on a real Envoy.
 *
 * @example
 * describeOnEngines("tunnels", (start) => {
 *   beforeAll(async () => void (gateway = await start(spec)));
 * });
 */
export function describeOnEngines(name: string, tests: (start: StartGateway) => void): void {
  describe(`${name}, on the Node host`, () => tests(async (spec) => NodeTestGateway.start(spec)));
  describeWithEnvoy(`${name}, on Envoy`, ({ path }) =>
    tests((spec, options) => startEnvoy(spec, { ...options, envoy: path })),
  );
}

class NodeTestGateway implements TestGateway {
  log = "";
  private gateway!: RunningGateway;

  private constructor(private readonly spec: GatewaySpec) {}

  static async start(spec: GatewaySpec): Promise<NodeTestGateway> {
    const node = new NodeTestGateway(spec);
    node.gateway = await startGateway(spec, {
      log: ({ level, message, kind, plugin }) => {
        if (level < LogLevel.Info) return;
        const name = LogLevel[level].toLowerCase().replace("warn", "warning");
        const text = kind === "plugin" ? `wasm log ${plugin ?? ""}: ${message}` : message;
        node.log += `[2026-01-01 00:00:00.000][1][${name}][wasm] [x.cc:1] ${text}\n`;
      },
    });
    return node;
  }

  port(listener: string): number {
    return this.gateway.port(listener);
  }

  mark(): number {
    return this.log.length;
  }

  logSince(mark: number): string {
    return this.log.slice(mark);
  }

  async waitForLog(pattern: string | RegExp, limitMs = 5000, mark = 0): Promise<void> {
    await poll(limitMs, `the log did not show ${pattern}`, () => {
      const text = this.logSince(mark);
      return (typeof pattern === "string" ? text.includes(pattern) : pattern.test(text)) || undefined;
    });
  }

  updatePlugin(...[listener, plugin, configuration]: Parameters<RunningEnvoy["updatePlugin"]>): Promise<boolean> {
    return Promise.resolve(this.gateway.updatePlugin(listener, plugin, configuration));
  }

  /** Counters of listeners, and the metrics of plugins, under Envoy's names. */
  stats(): Promise<Map<string, number>> {
    const stats = new Map<string, number>();
    for (const { name } of this.spec.listeners) {
      stats.set(`http.${name}.downstream_rq_active`, this.gateway.active(name));
      stats.set(`http.${name}.downstream_cx_destroy_remote_active_rq`, this.gateway.abandoned(name));
    }
    for (const [name, value] of this.gateway.stats.values()) stats.set(name, Number(value));
    return Promise.resolve(stats);
  }

  stop(graceMs?: number): Promise<void> {
    return this.gateway.stop(graceMs);
  }
}
