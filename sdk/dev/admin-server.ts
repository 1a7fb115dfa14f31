import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Engine } from "../spec/engine.js";

const PATHS = ["/stats", "/config_dump", "/ready"];

/**
 * The admin port of `dev`, on 127.0.0.1: `/stats` in the text format of Prometheus, `/config_dump` in Envoy's format,
 * and `/ready`.
 *
 * @param engine the engine at the time of a request; undefined while no engine runs
 */
export class AdminServer {
  private constructor(private readonly server: Server) {}

  /** @throws Error when the port is in use */
  static async start(port: number, engine: () => Engine | undefined): Promise<AdminServer> {
    const server = createServer((request, response) => {
      const path = (request.url ?? "").replace(/\?.*$/, "");
      const send = (status: number, type: string, body: string) => {
        response.writeHead(status, { "content-type": type });
        response.end(body);
      };
      reply(path, engine()).then(
        ({ status = 200, type = "text/plain; charset=utf-8", body }) => send(status, type, body),
        (error: Error) => send(500, "text/plain; charset=utf-8", `${error.message}\n`),
      );
    });
    try {
      await once(server.listen(port, "127.0.0.1"), "listening");
    } catch (error) {
      const inUse = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      const why = inUse
        ? "is in use; choose another one with --admin-port"
        : `cannot be used (${(error as Error).message})`;
      throw new Error(`admin port ${port} on 127.0.0.1 ${why}`, { cause: error });
    }
    return new AdminServer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}

async function reply(
  path: string,
  engine: Engine | undefined,
): Promise<{ status?: number; type?: string; body: string }> {
  if (!engine) return { status: 503, body: "the gateway is starting\n" };
  if (path === "/ready") return { body: "LIVE\n" };
  if (path === "/stats" || path === "/stats/prometheus") return { body: await engine.prometheus() };
  if (path !== "/config_dump") return { status: 404, body: `${path} does not exist; there are ${PATHS.join(", ")}\n` };
  return { type: "application/json", body: `${JSON.stringify(await engine.configDump(), null, 1)}\n` };
}
