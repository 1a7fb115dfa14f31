import { HttpConnection } from "./http.js";

/** Long, because each of many concurrent requests waits for the others. */
const TIMEOUT_MS = 30_000;

/**
 * Keep-alive connections that send requests with bodies, one after the other on each connection, through the plugin
 * `tests/plugins/body-stream` to an echo of `dev`.
 *
 * @example
 * const clients = await KeptConnections.open(port, 1000);
 * await clients.sendUntil((requests) => requests >= 5000);
 * clients.close();
 */
export class KeptConnections {
  /** The number of requests that were sent so far. */
  requests = 0;
  /** What was wrong with responses, or broke connections. */
  readonly errors: string[] = [];

  private constructor(private readonly connections: readonly HttpConnection[]) {}

  static async open(port: number, count: number): Promise<KeptConnections> {
    return new KeptConnections(await Promise.all(Array.from({ length: count }, () => HttpConnection.open(port))));
  }

  /** Sends requests on all connections, at least one on each. Resolves when all responses have arrived. */
  async sendUntil(isOver: (requests: number) => boolean): Promise<void> {
    await Promise.all(
      this.connections.map(async (connection) => {
        try {
          do await this.send(connection, this.requests++);
          while (!isOver(this.requests));
        } catch (error) {
          this.errors.push((error as Error).message);
        }
      }),
    );
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }

  private async send(connection: HttpConnection, id: number): Promise<void> {
    // All numbers have the same length, so that bodies do not grow in the course of a run.
    const body = `id-${String(id).padStart(7, "0")}-`.repeat(1 + (id % 500));
    const content = id % 3 === 0 ? { chunks: [body.slice(0, 2), body.slice(2)] } : { body };
    const { status, text } = await connection.send({ method: "POST", target: `/${id}`, ...content }, TIMEOUT_MS);
    const isRight = status === 200 && text.includes(`"/${id}"`) && text.includes(`"BODY": "${body.toUpperCase()}`);
    if (!isRight) this.errors.push(`request ${id}: ${status} ${text.slice(0, 300)}`);
  }
}
