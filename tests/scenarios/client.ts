import { HttpConnection } from "../support/http.js";
import type { Outcome } from "./engine.js";
import type { RequestStep, Scenario } from "./scenario.js";
import type { ScenarioUpstreams } from "./upstreams.js";

/** The client of scenarios: each has a connection for each request, or one for all, as it says. */
export class ScenarioClient {
  private readonly connections = new Map<Scenario, HttpConnection>();

  constructor(private readonly upstreams: ScenarioUpstreams) {}

  async send(scenario: Scenario, port: number, request: RequestStep): Promise<Outcome> {
    const received = this.upstreams.begin(scenario);
    let connection = this.connections.get(scenario);
    try {
      connection ??= await HttpConnection.open(port);
      if (scenario.oneConnection) this.connections.set(scenario, connection);
      return { response: await connection.send(request.raw ?? request, request.limitMs), received };
    } catch (error) {
      return { failure: error instanceof Error ? error.message : String(error), received };
    } finally {
      if (!scenario.oneConnection) connection?.close();
    }
  }

  /** Closes the connections that are left. */
  close(): void {
    for (const connection of this.connections.values()) connection.close();
    this.connections.clear();
  }
}
