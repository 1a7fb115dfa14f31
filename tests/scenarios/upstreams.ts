import type { ClusterSpec } from "../../sdk/envoy/index.js";
import { echoUpstream, type Upstream } from "../support/upstream.js";
import type { ReceivedCall } from "./engine.js";
import type { Scenario } from "./scenario.js";

/** Nothing listens on this port, and the system never assigns it as a free port. */
const DEAD_PORT = 1;

/**
 * The upstreams of all scenarios: one server per cluster name. It sends the responses of the scenario that is played.
 */
export class ScenarioUpstreams {
  private readonly servers = new Map<string, Upstream>();
  private readonly dead = new Set<string>();

  async start(scenarios: readonly Scenario[]): Promise<void> {
    const names = new Set(["upstream"]);
    for (const { clusters = {}, routes = [] } of scenarios) {
      for (const { cluster, weightedClusters = [] } of routes) {
        if (cluster !== undefined) names.add(cluster);
        for (const one of weightedClusters) names.add(one.cluster);
      }
      for (const [name, response] of Object.entries(clusters)) {
        names.add(name);
        if (response === "dead") this.dead.add(name);
      }
    }
    for (const { name, clusters = {} } of scenarios) {
      const revived = Object.keys(clusters).find((one) => this.dead.has(one) && clusters[one] !== "dead");
      if (revived !== undefined) throw new Error(`"${revived}" is dead in another scenario but not in "${name}"`);
    }
    for (const name of names) if (!this.dead.has(name)) this.servers.set(name, await echoUpstream());
  }

  clusters(): ClusterSpec[] {
    return [
      ...[...this.servers].map(([name, { port }]) => ({ name, port })),
      ...[...this.dead].map((name) => ({ name, port: DEAD_PORT })),
    ];
  }

  /**
   * Sets the upstreams' responses for a scenario. Each request that an upstream receives is added to the returned list.
   */
  begin({ clusters = {} }: Scenario): ReceivedCall[] {
    const received: ReceivedCall[] = [];
    for (const [cluster, server] of this.servers) {
      const response = clusters[cluster];
      server.requests = [];
      server.onRequest = (request) => received.push({ cluster, ...request });
      server.response = response === undefined || response === "dead" ? {} : response;
    }
    return received;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.servers.values()].map((server) => server.stop()));
  }
}
