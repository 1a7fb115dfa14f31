import { HttpConnection, type HttpResponse } from "../support/http.js";
import { Http2Connection } from "../support/http2.js";
import type { Outcome } from "./engine.js";
import type { RequestStep, Scenario } from "./scenario.js";
import type { ScenarioUpstreams } from "./upstreams.js";

type Connection = HttpConnection | Http2Connection;

/** Sends the requests of scenarios: on a new connection each, or all on one if the scenario has `oneConnection`. */
export class ScenarioClient {
  private readonly connections = new Map<Scenario, Connection>();

  constructor(private readonly upstreams: ScenarioUpstreams) {}

  async send(scenario: Scenario, port: number, request: RequestStep): Promise<Outcome> {
    const received = this.upstreams.begin(scenario);
    let connection = this.connections.get(scenario);
    try {
      connection ??= await (scenario.http2 ? Http2Connection : HttpConnection).open(port);
      if (scenario.oneConnection) this.connections.set(scenario, connection);
      return { response: await send(connection, request), received };
    } catch (error) {
      return { failure: error instanceof Error ? error.message : String(error), received };
    } finally {
      if (!scenario.oneConnection) connection?.close();
    }
  }

  /** Closes the connections that are still open. */
  close(): void {
    for (const connection of this.connections.values()) connection.close();
    this.connections.clear();
  }
}

async function send(connection: Connection, request: RequestStep): Promise<HttpResponse> {
  if (connection instanceof HttpConnection) return connection.send(request.raw ?? request, request.limitMs);
  if (request.raw) throw new Error("a raw request needs HTTP/1");
  const response = await connection.send(request, request.limitMs);
  // Node's http2 module puts headers with the same name next to each other. The order of names has no meaning.
  response.headers.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  return response;
}
