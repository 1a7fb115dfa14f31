import { createServer, type AddressInfo } from "node:net";
import type { ClusterSpec } from "../../sdk/envoy/index.js";
import { echoUpstream, type Upstream } from "../support/upstream.js";
import type { ReceivedCall } from "./engine.js";
import type { Scenario } from "./scenario.js";

/** The upstreams of all scenarios: one server per cluster name, which answers as the playing scenario says. */
export class ScenarioUpstreams {
  private readonly servers = new Map<string, Upstream>();
  private deadPort = 0;
  private readonly dead = new Set<string>();

  async start(scenarios: readonly Scenario[]): Promise<void> {
    const names = new Set(["upstream"]);
    for (const { clusters = {}, routes = [] } of scenarios) {
      for (const { cluster } of routes) if (cluster !== undefined) names.add(cluster);
      for (const [name, answer] of Object.entries(clusters)) {
        names.add(name);
        if (answer === "dead") this.dead.add(name);
      }
    }
    for (const { name, clusters = {} } of scenarios) {
      const revived = Object.keys(clusters).find((one) => this.dead.has(one) && clusters[one] !== "dead");
      if (revived !== undefined) throw new Error(`"${revived}" is dead in another scenario but not in "${name}"`);
    }
    this.deadPort = await unusedPort();
    for (const name of names) if (!this.dead.has(name)) this.servers.set(name, await echoUpstream());
  }

  clusters(): ClusterSpec[] {
    return [
      ...[...this.servers].map(([name, { port }]) => ({ name, port })),
      ...[...this.dead].map((name) => ({ name, port: this.deadPort })),
    ];
  }

  /** Lets the upstreams answer for a scenario; the list that it returns grows by each request that comes. */
  begin({ clusters = {} }: Scenario): ReceivedCall[] {
    const received: ReceivedCall[] = [];
    for (const [cluster, server] of this.servers) {
      const answer = clusters[cluster];
      server.requests = [];
      server.onRequest = (request) => received.push({ cluster, ...request });
      server.answer = answer === undefined || answer === "dead" ? {} : answer;
    }
    return received;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.servers.values()].map((server) => server.stop()));
  }
}

function unusedPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
